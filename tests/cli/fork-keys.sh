#!/bin/bash
# SPDX-License-Identifier: MIT
# a key of Darknet's forks that changes the network makes it one that is refused by name, everywhere;
# what changes nothing when it runs is passed over, also twice
with() { # SECTION KEYS: a network with them in it
    printf '[net]\nwidth=32\nheight=32\nchannels=3\n%s\n' "$([ "$1" = net ] && printf '%b' "$2")"
    printf '[convolutional]\nfilters=8\nsize=3\nstride=1\npad=1\nactivation=relu\n%b\n' "$([ "$1" = convolutional ] && printf '%b' "$2")"
    printf '[maxpool]\nsize=2\nstride=2\n%b\n' "$([ "$1" = maxpool ] && printf '%b' "$2")"
    printf '[route]\nlayers=-1\n%b\n' "$([ "$1" = route ] && printf '%b' "$2")"
    printf '[convolutional]\nfilters=8\nsize=1\nstride=1\nactivation=linear\n'
    printf '[shortcut]\nfrom=-2\nactivation=linear\n%b\n' "$([ "$1" = shortcut ] && printf '%b' "$2")"
    printf '[avgpool]\n[connected]\noutput=10\nactivation=linear\n[softmax]\n%b\n' "$([ "$1" = end ] && printf '%b' "$2")"
}
asked() { # SECTION KEYS
    with "$@" >t.cfg
    printf '%s: %s\n  ' "$1" "$2"
    pickmodel explain t.cfg --no-measure 2>&1 | head -n 1
}
for keys in stride_x=2 stride_y=1 share_index=1 antialiasing=1 group=8 rotate=1 antialiasing=0; do asked convolutional $keys; done
asked maxpool 'maxpool_depth=1\nout_channels=4'
asked maxpool stride_x=2
for keys in 'groups=2\ngroup_id=1' groups=1; do asked route "$keys"; done
for keys in weights_type=per_channel weights_normalization=softmax weights_type=none; do asked shortcut $keys; done
asked net 'momentum=0.9\nmomentum=0.8\ndecay=1\ndecay=2\nmosaic=1'
asked net 'width=64'
asked convolutional 'dontload=1#2'
asked end '[cost]\ntype=anything'
asked end '[activation]\nactivation=relu'
with route groups=2 >half.cfg
try add half.cfg --task mini --top1 80
sed 's/width=32/width=32#64/; s/filters=8/filters=8 ; or 16/' t.cfg >comment.cfg
pickmodel explain comment.cfg --no-measure | head -n 1
