# shellcheck shell=bash
# SPDX-License-Identifier: MIT
# Bash completion for pickmodel: commands, options and their values, profiles, networks, engines.

# Where the delivered files are: beside the program in the build tree, or under its prefix.
_pickmodel_share() {
    local program dir up
    program=$(type -P -- "${COMP_WORDS[0]}") || return 0
    program=$(readlink -f -- "$program") || return 0
    dir=${program%/*}
    for up in .. ../.. ../share/pickmodel; do
        if [ -f "$dir/$up/data/networks.json" ]; then
            printf '%s\n' "$dir/$up"
            return 0
        fi
    done
}

# Names of the profiles in the user's folder and of those delivered.
_pickmodel_profiles() {
    local user share file
    case ${XDG_DATA_HOME-} in
    /*) user=$XDG_DATA_HOME ;;
    *) user=${HOME-}/.local/share ;;
    esac
    share=$(_pickmodel_share)
    for file in "$user"/pickmodel/profiles/*.json ${share:+"$share"/profiles/*.json}; do
        case $file in *.samples.json) continue ;; esac
        [ -f "$file" ] || continue
        file=${file##*/}
        [[ $file != *$'\n'* ]] || continue
        printf '%s\n' "${file%.json}"
    done
}

_pickmodel_engines() {
    local program dir folder
    program=$(type -P -- "${COMP_WORDS[0]}") || return 0
    program=$(readlink -f -- "$program") || return 0
    dir=${PICKMODEL_ENGINES:-${program%/*}/engines}
    [ -d "$dir" ] || dir=${program%/*}/../libexec/pickmodel/engines
    for folder in "$dir"/*/; do
        [ -f "$folder/engine.json" ] || continue
        folder=${folder%/}
        [[ $folder != *$'\n'* ]] || continue
        printf '%s\n' "${folder##*/}"
    done
}

# Network ids: the first column of the catalogue without its header.
_pickmodel_networks() {
    "${COMP_WORDS[0]}" list --format csv 2>/dev/null | sed -e 1d -e 's/,.*//'
}

# Replies with those of the words in $1 (one a line) that begin with $2.
_pickmodel_words() {
    local word
    while IFS= read -r word; do
        [[ -n $word && $word == "$2"* ]] && COMPREPLY+=("$word")
    done <<<"$1"
    return 0
}

# Replies with those of the names in $1 (one a line) that begin with $2, typed as they are or quoted.
# Anybody's files have them: what the shell would run is quoted (readline's own quoting, -o filenames,
# leaves $ and ` where no such file is), and what a terminal would obey is left out.
_pickmodel_names() {
    local name quoted
    while IFS= read -r name; do
        [[ -n $name && $name != *[[:cntrl:]]* ]] || continue
        printf -v quoted '%q' "$name"
        [[ $name == "$2"* || $quoted == "$2"* ]] && COMPREPLY+=("$quoted")
    done <<<"$1"
    return 0
}

# Replies with files and folders that begin with $1; those named in $2, if given, by their end.
_pickmodel_files() {
    local file
    compopt -o filenames 2>/dev/null || true
    while IFS= read -r file; do
        [[ -d $file || -z ${2-} || $file == *"$2" ]] && COMPREPLY+=("$file")
    done < <(compgen -f -- "$1")
    return 0
}

# Replies with folders that begin with $1.
_pickmodel_folders() {
    local folder
    compopt -o filenames 2>/dev/null || true
    while IFS= read -r folder; do
        COMPREPLY+=("$folder")
    done < <(compgen -d -- "$1")
    return 0
}

# Sources of power that begin with $1, or the log of a meter. What follows a ':' is not completed.
_pickmodel_power() {
    case ${COMP_WORDS[1]-} in
    import) _pickmodel_files "$1" ;;
    *)
        _pickmodel_words $'auto\nnone\ncmd:\nfile:\nhwmon:\npowercap:\nnvml:\nassume:\nlog' "$1"
        [[ ${COMPREPLY[0]-} != *: ]] || compopt -o nospace 2>/dev/null || true
        ;;
    esac
}

# The value of option $1, of which $2 is typed. Fails when the option takes none.
_pickmodel_value() {
    case $1 in
    -f | --format)
        if [ "$(_pickmodel_command)" = report ]; then
            _pickmodel_words $'html\npdf\nmd\njson\ncsv' "$2"
        else
            _pickmodel_words $'text\njson\nmd\ncsv' "$2"
        fi
        ;;
    --rule) _pickmodel_words $'pareto\nliteral\nfastest\nleast-energy' "$2" ;;
    --confidence) _pickmodel_words $'0.9\n0.95\n0.99' "$2" ;;
    --engine) _pickmodel_names "$(_pickmodel_engines)" "$2" ;;
    --profile)
        case $2 in
        */* | '~'* | .*) _pickmodel_files "$2" .json ;;
        *) _pickmodel_names "$(_pickmodel_profiles)" "$2" ;;
        esac
        ;;
    --batch) _pickmodel_words $'1\n1,4,16\n1-64*2' "$2" ;;
    --threads) _pickmodel_words $'1\n1,2\n1-4' "$2" ;;
    --energy-basis) _pickmodel_words $'total\nnet' "$2" ;;
    --power) _pickmodel_power "$2" ;;
    --sysfs | --charts) _pickmodel_folders "$2" ;;
    --preprocess) _pickmodel_words $'darknet-center-crop\ndarknet-letterbox\nstretch\ncenter-crop-875' "$2" ;;
    --images | --labels | --classes) _pickmodel_files "$2" ;;
    --weights) _pickmodel_files "$2" .weights ;;
    -c | --config | -o | --output) _pickmodel_files "$2" ;;
    --min-top1 | --min-top5 | --max-latency | --min-fps | --max-watts | --max-energy | \
        --max-memory | --max-params | --max-size | --time-limit | --candidate-time | --device | \
        --fps | --overhead | --battery | --runtime | --power-window | --power-gain | --sustained | \
        --offset | --name | --task | --top1 | --top5 | --source) ;;
    *) return 1 ;;
    esac
}

_pickmodel_command() {
    case ${COMP_WORDS[1]-} in
    report | profile | fit | predict | evaluate | explain | add | remove | list | import | doctor | compare | check | help | version) printf '%s\n' "${COMP_WORDS[1]}" ;;
    *) echo pick ;;
    esac
}

_pickmodel_options() {
    local common=$'--profile\n--format\n--output\n--help\n--version'
    local measuring=$'--candidate-time\n--time-limit\n--engine\n--batch\n--threads\n--all\n--quiet\n--fps\n--with-load'
    local budgets=$'--min-top1\n--min-top5\n--max-latency\n--min-fps\n--max-watts\n--max-energy
--max-memory\n--max-params\n--max-size\n--battery\n--runtime\n--overhead\n--energy-basis
--task\n--confidence\n--rule\n--require-measured\n--include-stand-ins\n--config\n--allow-commands'
    local sensor=$'--power\n--power-window\n--power-gain\n--sysfs'
    case $1 in
    pick | report)
        [ "$1" = pick ] || echo --charts
        printf '%s\n' "$budgets" --no-measure --trust-predictions "$measuring" "$sensor" "$common"
        ;;
    profile) printf '%s\n' "$measuring" --sustained "$sensor" --help --version ;;
    fit) printf '%s\n' --confidence --max-energy "$common" ;;
    predict) printf '%s\n' --engine --threads --confidence --no-measure --quiet --format --output --help --version ;;
    evaluate) printf '%s\n' --images --labels --classes --preprocess --weights --task --engine --threads --confidence --quiet --format --output --help --version ;;
    explain) printf '%s\n' --all --no-measure --engine --threads --format --output --help --version ;;
    add) printf '%s\n' --weights --name --task --top1 --top5 --source --preprocess --input --help --version ;;
    list) printf '%s\n' "$common" ;;
    import) printf '%s\n' --device --output --power --power-gain --offset --quiet --help --version ;;
    doctor) printf '%s\n' "$sensor" --format --output --help --version ;;
    compare)
        printf '%s\n' "$budgets" --power-gain --power --fps --format --output --help \
            --version
        ;;
    check) printf '%s\n' "$common" ;;
    esac
}

_pickmodel() {
    local current=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]} command
    COMPREPLY=()
    # "--format=js" comes as three words, "--format" "=" "js".
    if [ "$current" = '=' ]; then
        current=
    elif [ "$before" = '=' ] && [ "$COMP_CWORD" -ge 2 ]; then
        before=${COMP_WORDS[COMP_CWORD - 2]}
    fi
    if [ "$COMP_CWORD" -ge 2 ] && _pickmodel_value "$before" "$current"; then
        return 0
    fi
    command=$(_pickmodel_command)
    if [[ $current == -* ]]; then
        _pickmodel_words "$(_pickmodel_options "$command")" "$current"
    elif [ "$COMP_CWORD" -eq 1 ]; then
        _pickmodel_words $'pick\nreport\nprofile\nfit\npredict\nevaluate\nexplain\nadd\nremove\nlist\nimport\ndoctor\ncompare\ncheck\nhelp\nversion' "$current"
    elif [ "$command" = add ]; then
        _pickmodel_files "$current" .cfg
    elif [[ $command == @(predict|explain) ]] && [[ $current == */* || $current == .* ]]; then
        _pickmodel_files "$current" .cfg
    elif [[ $command == @(profile|predict|evaluate|explain|remove) ]]; then
        _pickmodel_names "$(_pickmodel_networks)" "$current"
    elif [ "$command" = import ]; then
        _pickmodel_files "$current" .csv
    elif [ "$command" = check ]; then
        _pickmodel_files "$current" .json
    elif [ "$command" = compare ]; then
        case $current in
        */* | '~'* | .*) _pickmodel_files "$current" .json ;;
        *)
            _pickmodel_names "$(_pickmodel_profiles)" "$current"
            [ ${#COMPREPLY[@]} -gt 0 ] || _pickmodel_files "$current" .json
            ;;
        esac
    fi
}

complete -F _pickmodel pickmodel
