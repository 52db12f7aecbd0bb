/* SPDX-License-Identifier: MIT
 * The files of build/web as NUL-terminated texts; see assets.h. */
        .section .rodata
        .macro  begin name
        .global \name
        .hidden \name
        .type   \name, %object
\name:
        .endm
        .macro  end name
        .byte   0
        .size   \name, . - \name
        .endm
        .macro  asset name, file
        begin   \name
        .incbin "\file"
        end     \name
        .endm
        .macro  nothing name
        begin   \name
        end     \name
        .endm

        asset   pm_asset_css, "page.css"
#ifdef WITH_CHARTS
        asset   pm_asset_charts, "charts.js"
#else
        nothing pm_asset_charts
#endif
        asset   pm_asset_what_if, "whatif.js"
#ifdef WITH_WHAT_IF
        asset   pm_asset_rule, "whatif.b64"
#else
        nothing pm_asset_rule
#endif
        asset   pm_asset_policy, "policy.txt"

        .section .note.GNU-stack, "", %progbits
