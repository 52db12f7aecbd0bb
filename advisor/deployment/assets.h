/* SPDX-License-Identifier: MIT
 * What a page is made of beside its text, built into the program (assets.S): a board without a
 * browser, Node or a network still writes the whole report. */
#ifndef PM_ASSETS_H
#define PM_ASSETS_H

#define PM_ASSET(name) extern const char name[] __attribute__((visibility("hidden")))

PM_ASSET(pm_asset_css);
PM_ASSET(pm_asset_charts);  /* Vega, Vega-Lite and charts.mjs; "" when built without (make web) */
PM_ASSET(pm_asset_what_if); /* whatif.js */
PM_ASSET(pm_asset_rule);    /* advise/rule.c as WebAssembly, base64; "" when built without clang */
PM_ASSET(pm_asset_policy);  /* Content-Security-Policy: the hashes of the three above */

#undef PM_ASSET

#endif
