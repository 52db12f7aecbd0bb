/* SPDX-License-Identifier: MIT
 * The files of build/web as NUL-terminated texts; see assets.h. */
        .section .rodata
        .macro  asset name, file
        .global \name
        .hidden \name
        .type   \name, %object
\name:  .incbin "\file"
        .byte   0
        .size   \name, . - \name
        .endm

        asset   pm_asset_css, "page.css"
        asset   pm_asset_charts, "charts.js"
        asset   pm_asset_what_if, "whatif.js"
        asset   pm_asset_rule, "whatif.b64"
        asset   pm_asset_policy, "policy.txt"

        .section .note.GNU-stack, "", %progbits
