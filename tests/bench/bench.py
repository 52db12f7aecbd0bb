#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""make bench: six questions about speed, each a table; all figures also as JSON.

    bench.py BUILD [engines] [layers] [answers] [predictions] [stored] [overhead]      default: all

Ratios are of one run, medians of interleaved rounds. It asserts nothing but equal picks.
FULL_TIME (20s) is the --candidate-time of the full profile, ENGINES (darknet-blas) what it
measures on: an hour with all three; PROFILE_HOME keeps and reuses one. NETWORKS and ROUNDS (7)
shorten the first two parts.
"""
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
BUILD = os.path.abspath(sys.argv[1]) if len(sys.argv) > 1 else "build"
PICKMODEL = os.path.join(BUILD, "pickmodel")
CFGS = "/usr/share/darknet/cfg/"
# What tells OpenBLAS to pretend another processor is left out: a bench is about this one.
ENV = {k: v for k, v in os.environ.items() if k not in ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE")}
ENV.update(QT_QPA_PLATFORM="offscreen", LC_ALL="C.UTF-8")


class Worker:
    """An engine process, over docs/engine-protocol.md."""

    def __init__(self, program, network, threads):
        env = dict(ENV, OPENBLAS_NUM_THREADS=str(threads), OMP_NUM_THREADS=str(threads))
        self.process = subprocess.Popen([program], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stderr=subprocess.DEVNULL, text=True, env=env)
        self.version = self.reply("ready")["engine_version"]
        self.ask(op="load", threads=threads, **network)
        self.reply("loaded")

    def ask(self, **request):
        self.process.stdin.write(json.dumps(request) + "\n")
        self.process.stdin.flush()

    def reply(self, event):
        message = json.loads(self.process.stdout.readline() or '{"event": "silence"}')
        if message["event"] not in (event, "samples"):
            raise RuntimeError(message)
        return message

    def run(self, n):
        """Times in ms, and the peak of its memory."""
        self.ask(op="run", n=n)
        times = []
        while True:
            message = self.reply("ran")
            if message["event"] == "ran":
                return times, message["peak_kib"] / 1024
            times += message["ms"]

    def close(self):
        self.process.kill()
        self.process.wait()


def programs(name, threads, folder):
    """What each engine is started with."""
    cfg = {"cfg": f"{CFGS}{name}.cfg"}
    onnx = os.path.join(folder, name + ".onnx")
    if not os.path.exists(onnx):
        subprocess.run([os.path.join(BUILD, "engines/onnxruntime/cfg_to_onnx.mjs"), "--one-file", cfg["cfg"], onnx],
                       check=True)
    with open(cfg["cfg"]) as text:
        side = next(int(line.split("=")[1]) for line in text if line.startswith("width"))
    engines = os.path.join(BUILD, "engines")
    return {"darknet": (f"{engines}/darknet/worker", cfg, 1),
            "darknet-blas": (f"{engines}/darknet-blas/worker", cfg, threads),
            "onnxruntime": (f"{engines}/onnxruntime/worker.mjs", cfg, threads),
            "opencv": (f"{HERE}/opencv_worker.py", {"cfg": onnx, "side": side}, threads),
            "floor": (f"{BUILD}/tests/bench/floor", cfg, threads)}


def measure_network(name, threads, rounds, folder):
    workers, failed = {}, {}
    for engine, (program, network, its_threads) in programs(name, threads, folder).items():
        try:
            workers[engine] = Worker(program, network, its_threads)
        except (RuntimeError, OSError) as error:
            failed[engine] = str(error)
    times = {engine: [] for engine in workers}
    peak = {}
    for _ in range(rounds):
        for engine, worker in workers.items():
            # the first refills the caches with its own weights
            ms, peak[engine] = worker.run(2)
            times[engine].append(ms[-1])
    versions = {engine: worker.version for engine, worker in workers.items()}
    for worker in workers.values():
        worker.close()
    return {"network": name, "threads": threads, "failed": failed, "versions": versions,
            "ms": {engine: statistics.median(ms) for engine, ms in times.items()},
            "peak_mib": {engine: mib for engine, mib in peak.items() if mib > 1}}


def bench_engines(folder):
    """Part 1: the same network on each engine, and the floor of its matrix products."""
    names = os.environ.get("NETWORKS", "alexnet resnet18 resnet50 resnext50 darknet19 darknet53 densenet201 vgg-16")
    rounds = int(os.environ.get("ROUNDS", 7))
    rows = []
    print(f"{'NETWORK':<12} {'T':>1} {'DARKNET':>8} {'BLAS':>7} {'ORT':>7} {'OPENCV':>7} {'FLOOR':>7}"
          f" {'SPEED-UP':>8} {'OF FLOOR':>8} {'OF ORT':>6}   (ms)", flush=True)
    for name in names.split():
        for threads in 1, 2:
            row = measure_network(name, threads, rounds, folder)
            ms = row["ms"]
            rows.append(row)
            cells = "".join(f" {ms[e]:7.1f}" if e in ms else "       -" for e in ("darknet-blas", "onnxruntime", "opencv", "floor"))
            blas = ms.get("darknet-blas", float("nan"))
            print(f"{name:<12} {threads:>1} {ms.get('darknet', float('nan')):8.1f}{cells}"
                  f" {ms.get('darknet', 0) / blas:7.1f}x {100 * ms.get('floor', 0) / blas:7.0f}%"
                  f" {100 * ms.get('onnxruntime', 0) / blas:5.0f}%", flush=True)
    print(f"kernels: {rows[-1]['versions']}\n")
    return rows


def layers_of(name, threads, rounds):
    """Milliseconds of darknet-blas and of the floor, layer by layer."""
    cfg = {"cfg": f"{CFGS}{name}.cfg"}
    workers = [Worker(os.path.join(BUILD, path), cfg, threads) for path in ("engines/darknet-blas/worker", "tests/bench/floor")]
    times = [[], []]
    for _ in range(3 * rounds):
        for worker, rows in zip(workers, times):
            for _ in 1, 2:  # while the first goes, the other's threads come to rest
                worker.ask(op="layers", n=1)
                ms = worker.reply("layers")["ms"]
            rows.append(ms)
    for worker in workers:
        worker.close()
    return [[statistics.median(column) for column in zip(*rows)] for rows in times]


def bench_layers(folder):
    """Part 2: where darknet-blas spends more than the floor, by kind of layer."""
    del folder
    name = os.environ.get("NETWORKS", "resnet50").split()[0]
    rounds = int(os.environ.get("ROUNDS", 7))
    explained = json.loads(subprocess.run([PICKMODEL, "explain", f"{CFGS}{name}.cfg", "--engine", "darknet-blas", "-f", "json"], check=True,
                                          stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True).stdout)
    rows = {}
    for threads in 1, 2:
        for layer, blas, floor in zip(explained["layers"], *layers_of(name, threads, rounds)):
            row = rows.setdefault((threads, layer["text"]), {"layers": 0, "blas_ms": 0, "floor_ms": 0})
            row["layers"] += 1
            row["blas_ms"] += blas
            row["floor_ms"] += floor
    return print_layers(name, rows)


def print_layers(name, rows):
    print(f"{name:<36} {'T':>1} {'LAYERS':>6} {'BLAS':>7} {'FLOOR':>7} {'MORE':>7}   (ms)")
    listed = [dict(row, threads=threads, kind=kind) for (threads, kind), row in rows.items()]
    for row in sorted(listed, key=lambda row: (row["threads"], row["floor_ms"] - row["blas_ms"])):
        print(f"{row['kind']:<36} {row['threads']:>1} {row['layers']:>6} {row['blas_ms']:7.2f} {row['floor_ms']:7.2f}"
              f" {row['blas_ms'] - row['floor_ms']:7.2f}")
    print(flush=True)
    return listed


def ask(home, *arguments):
    """The answer as JSON, or None."""
    result = subprocess.run([PICKMODEL, *arguments, "--format", "json"], env=dict(ENV, XDG_DATA_HOME=home),
                            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    return json.loads(result.stdout) if result.returncode in (0, 1, 4) else None


def full_profile(folder):
    """Its home, and the seconds it took."""
    home = os.environ.get("PROFILE_HOME", os.path.join(folder, "full"))
    stamp = os.path.join(home, "seconds")
    if not os.path.exists(stamp):
        print("full profile of this machine ...", file=sys.stderr, flush=True)
        begin = time.monotonic()
        subprocess.run([PICKMODEL, "profile", "--all", "--engine", os.environ.get("ENGINES", "darknet-blas"),
                        "--candidate-time", os.environ.get("FULL_TIME", "20s")],
                       env=dict(ENV, XDG_DATA_HOME=home), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)
        with open(stamp, "w") as out:
            out.write(str(time.monotonic() - begin))
    with open(stamp) as text:
        return home, float(text.read())


def picked(answer):
    return answer["pick"]["network"] if answer["status"] == "recommended" else answer["status"]


def bench_answers(folder):
    """Part 3: what an answer from nothing takes, against a full profile; over 30 budgets."""
    home, full_s = full_profile(folder)
    engine = ["--engine", os.environ.get("ENGINES", "darknet-blas")]
    print(f"full profile: {full_s:.0f} s")
    print(f"{'TOP-1':>5} {'LATENCY':>8} {'FROM FULL':<14} {'COLD':<14} {'RUN':>3} {'RULED OUT':>9} {'SECONDS':>7} {'OF FULL':>7}")
    rows = []
    for top1 in 60, 72, 77:
        for limit in "10ms 25ms 50ms 80ms 120ms 200ms 300ms 500ms 1s 3s".split():
            question = ["--min-top1", str(top1), "--max-latency", limit, "-q",
                        "--candidate-time", os.environ.get("FULL_TIME", "20s"), *engine]
            with tempfile.TemporaryDirectory() as cold_home, tempfile.TemporaryDirectory() as copy:
                subprocess.run(["cp", "-r", home + "/.", copy], check=True)
                full, cold = ask(copy, *question), ask(cold_home, *question)
            now = cold["measured_now"]
            rows.append({"min_top1": top1, "max_latency": limit, "from_full": picked(full), "cold": picked(cold),
                         "measured": now["networks"], "ruled_out": now["ruled_out"], "seconds": now["seconds"],
                         "of_full": now["seconds"] / full_s})
            r = rows[-1]
            print(f"{top1:>5} {limit:>8} {r['from_full']:<14} {r['cold']:<14} {r['measured']:>3} {r['ruled_out']:>9}"
                  f" {r['seconds']:>7.1f} {100 * r['of_full']:>6.1f}%{'' if r['from_full'] == r['cold'] else '  differs'}", flush=True)
    mean = statistics.mean(r["of_full"] for r in rows)
    same = sum(r["from_full"] == r["cold"] for r in rows)
    print(f"mean {100 * mean:.1f} % of a full profile; {same} of {len(rows)} answers the same\n")
    return {"full_seconds": full_s, "mean_of_full": mean, "same": same, "answers": rows}


def rounds_of(networks, rounds):
    """Each network's median over rounds that lie minutes apart, so that the host's moods average out."""
    listed = subprocess.run([PICKMODEL, "list", "-f", "json"], stdout=subprocess.PIPE, text=True, check=True).stdout
    cfgs = {n["network"]: n["cfg"] for n in json.loads(listed)["networks"]}
    times = [[] for _ in networks]
    for _ in range(rounds):
        for n, its in zip(networks, times):
            folder = os.path.join(BUILD, "engines", n["engine"])
            with open(os.path.join(folder, "engine.json")) as manifest:
                program = os.path.join(folder, json.load(manifest)["program"])
            worker = Worker(program, {"cfg": cfgs[n["network"]]}, n["threads"])
            its.append(statistics.median(worker.run(6)[0][1:]))
            worker.close()
    return [statistics.median(its) for its in times]


def errors_of(predicted, truth):
    off = sorted(abs(p["value"] / t - 1) for p, t in zip(predicted, truth))
    return {"networks": len(off), "mean": statistics.mean(off), "median": statistics.median(off),
            "p90": off[int(0.9 * (len(off) - 1))], "within_10pct": sum(e <= 0.1 for e in off) / len(off),
            "covered": sum(p["lo"] <= t <= p["hi"] for p, t in zip(predicted, truth)) / len(off)}


def bench_predictions(folder):
    """Part 4: each network of the full profile predicted without its own measurement."""
    home, _ = full_profile(folder)
    names = os.environ.get("ENGINES", "darknet-blas")
    known = [n for n in ask(home, "predict", "--engine", names, "-q")["networks"] if "measured_ms" in n]
    again = rounds_of(known, 3)
    print(f"{'ENGINE':<14} {'AGAINST':<22} {'NETWORKS':>8} {'MEAN':>6} {'MEDIAN':>6} {'P90':>6} {'IN 10 %':>7} {'IN INTERVAL':>11}")
    result = {}
    for name in sorted({n["engine"] for n in known}):
        its = [i for i, n in enumerate(known) if n["engine"] == name]
        predicted = [known[i]["latency_ms"] for i in its]
        profile = [known[i]["measured_ms"] for i in its]
        rounds = [again[i] for i in its]
        result[name] = {"profile": errors_of(predicted, [m["value"] for m in profile]), "rounds": errors_of(predicted, rounds),
                        "profile_against_rounds": errors_of(profile, rounds)}
        for against, text in ("profile", "its measurement"), ("rounds", "median of 3 rounds"), ("profile_against_rounds", "(measured, of rounds)"):
            r = result[name][against]
            print(f"{name:<14} {text:<22} {r['networks']:>8} {100 * r['mean']:5.1f}% {100 * r['median']:5.1f}% {100 * r['p90']:5.1f}%"
                  f" {100 * r['within_10pct']:6.0f}% {100 * r['covered']:10.0f}%")
    print(flush=True)
    return result


def stored_profile(path, n):
    """n published candidates along a hyperbola, with scatter."""
    entries = []
    for i in range(n):
        ms = 5 + 2000 * ((i * 7919) % n) / n
        entries.append({"network": f"net{i}", "engine": "x", "precision": "fp32", "input_px": 224, "batch": 1,
                        "threads": 1, "status": "complete",
                        "top1_pct": {"value": round(80 - 300 / (ms + 15) - (i * 104729) % 97 / 50, 3), "origin": "published"},
                        "latency_ms": {"value": round(ms, 3), "origin": "published"}})
    with open(path, "w") as out:
        json.dump({"schema": "pickmodel/profile/1", "origin": "published", "source": "made up for the bench",
                   "device": {"name": "made-up"}, "entries": entries}, out)


def bench_stored(folder):
    """Part 5: an answer from stored figures: wall time and peak memory of the process."""
    rows = []
    for n in 18, 1000, 10000, 100000:
        path = os.path.join(folder, f"stored-{n}.json")
        stored_profile(path, n)
        question = [PICKMODEL, "--profile", path, "--min-top1", "70", "--max-latency", "300ms", "-o", os.devnull]
        times, peak = [], 0
        for _ in range(3 if n > 10000 else 9):
            begin = time.monotonic()
            child = os.posix_spawn(PICKMODEL, question, ENV)
            _, status, usage = os.wait4(child, 0)
            times.append(1e3 * (time.monotonic() - begin))
            peak = usage.ru_maxrss / 1024
            assert os.waitstatus_to_exitcode(status) in (0, 1, 4)
        rows.append({"candidates": n, "ms": statistics.median(times), "peak_mib": peak})
        print(f"{n:>6} candidates: {rows[-1]['ms']:8.1f} ms, {peak:6.1f} MiB", flush=True)
    print()
    return rows


def bench_overhead(folder):
    """Part 6: the latency that pickmodel reports, against the same network in a bare loop."""
    cfg, ratios = CFGS + "tiny.cfg", []
    for _ in range(int(os.environ.get("ROUNDS", 7))):
        bare = float(subprocess.run([f"{BUILD}/tests/bench/bare", cfg, "120", "1"], env=dict(ENV, OPENBLAS_NUM_THREADS="1"),
                                    cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, check=True).stdout)
        worker = Worker(os.path.join(BUILD, "engines/darknet-blas/worker"), {"cfg": cfg}, 1)
        worker.run(12)
        reported = statistics.median(worker.run(120)[0])
        worker.close()
        ratios.append(reported / bare)
    print(f"reported / bare: median {statistics.median(ratios):.4f}, from {min(ratios):.4f} to {max(ratios):.4f}"
          f" ({len(ratios)} rounds of Tiny Darknet on darknet-blas, 1 thread)\n")
    return {"ratios": ratios, "median": statistics.median(ratios)}


PARTS = {"engines": bench_engines, "layers": bench_layers, "answers": bench_answers, "predictions": bench_predictions,
         "stored": bench_stored, "overhead": bench_overhead}


def own_kernels():
    """What darknet-blas chooses: the floor and the bare loop must not compute with others."""
    reply = subprocess.run([os.path.join(BUILD, "engines/darknet-blas/worker")], input='{"op":"quit"}\n', env=ENV,
                           stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, check=True).stdout
    return json.loads(reply.splitlines()[0])["engine_version"].split()[-1]


def main():
    results = {"schema": "pickmodel/bench/1", "machine": os.uname().machine, "cores": os.cpu_count()}
    print("OPENBLAS_CORETYPE and OPENBLAS_L2_SIZE are unset for this: the processor's own kernels,")
    results["openblas"] = ENV["OPENBLAS_CORETYPE"] = own_kernels()
    print(f"{results['openblas']}; all that use OpenBLAS use those.\n")
    with tempfile.TemporaryDirectory() as folder:
        for part in sys.argv[2:] or PARTS:
            print(PARTS[part].__doc__)
            results[part] = PARTS[part](folder)
            with open(os.path.join(BUILD, "bench.json"), "w") as out:
                json.dump(results, out, indent=1)
    print(os.path.join(BUILD, "bench.json"))


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    main()
