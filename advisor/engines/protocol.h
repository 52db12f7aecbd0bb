/* SPDX-License-Identifier: MIT
 * What an engine process and its parent agree on: line-delimited JSON on the engine's standard
 * input and output, described in docs/engine-protocol.md. */
#ifndef PM_PROTOCOL_H
#define PM_PROTOCOL_H

#define PM_PROTOCOL_VERSION 1

/* Requests: the value of "op". */
#define PM_OP_LOAD     "load"
#define PM_OP_RUN      "run"
#define PM_OP_CLASSIFY "classify"
#define PM_OP_LAYERS   "layers"
#define PM_OP_QUIT     "quit"

/* Replies: the value of "event". */
#define PM_EVENT_READY      "ready"
#define PM_EVENT_LOADED     "loaded"
#define PM_EVENT_SAMPLES    "samples"
#define PM_EVENT_RAN        "ran"
#define PM_EVENT_CLASSIFIED "classified"
#define PM_EVENT_LAYERS     "layers"
#define PM_EVENT_BYE        "bye"
#define PM_EVENT_ERROR      "error"

/* Codes of an error event, and the exit status that follows it. */
#define PM_PROTOCOL_USAGE  "usage"  /* 2: the request is wrong */
#define PM_PROTOCOL_DATA   "data"   /* 3: the cfg or the weights are wrong */
#define PM_PROTOCOL_ENGINE "engine" /* 5: the engine itself failed */
#define PM_PROTOCOL_NOMEM  "nomem"  /* 5 */

/* A request line is at most this long. */
#define PM_PROTOCOL_LINE_MAX 65536
/* Samples are reported between two inferences once this much time has passed since the last
 * report: often enough to see progress, rarely enough not to disturb a small network. */
#define PM_PROTOCOL_REPORT_MS 100

#endif
