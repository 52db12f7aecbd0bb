#!/bin/bash
# SPDX-License-Identifier: MIT
# Do the properties see what is wrong?   mutants.sh   (make check-mutants)
#
# Each line below breaks the rule, a relaxation or the import in one place, in a copy of the tree; the
# properties must then fail. One that nothing notices is printed, and the status is 1.
set -euo pipefail
cd "$(dirname "$0")/../.."
copy=$(mktemp -d)
trap 'rm -rf "$copy"' EXIT
tar -c --exclude=./.git --exclude=./build --exclude=node_modules . | tar -C "$copy" -x
cd "$copy"
make -s -j"$(nproc)" build/tests/property/property 2>/dev/null
seeds="1 2 3 4"
for seed in $seeds; do
    build/tests/property/property --worlds 150 --seed "$seed" >said ||
        { cat said; echo "the properties do not hold as it is"; exit 1; }
done

caught=0 missed=0
mutant() { # FILE FROM TO: the first place that reads FROM reads TO
    local file=advisor/$1
    cp "$file" kept
    python3 - "$file" "$2" "$3" <<'END'
import sys
path, old, new = sys.argv[1:]
text = open(path).read()
sys.exit(f"{path} has no: {old}") if old not in text else open(path, "w").write(text.replace(old, new, 1))
END
    if ! make -s build/tests/property/property >made 2>&1; then
        cat made
        echo "does not compile: $1: $3"
        exit 1
    fi
    local seed
    for seed in $seeds; do
        if ! build/tests/property/property --worlds 150 --seed "$seed" >said 2>&1; then break; fi
    done
    if grep -q '^not ok' said; then
        caught=$((caught + 1))
        echo "ok $1: $3   ($(sed -n 's/^not ok \([a-z_0-9]*\).*/\1/p' said | head -n 2 | paste -sd' '))"
    else
        missed=$((missed + 1))
        echo "not ok $1: $3"
    fi
    cp kept "$file"
    touch "$file"
}

# the rule
mutant advise/rule.c 'worst = is_min ? lo : hi, best = is_min ? hi : lo' 'worst = is_min ? hi : lo, best = is_min ? lo : hi'
mutant advise/rule.c 'double bit = bound * PM_RULE_EQUAL' 'double bit = bound * 0.01'
mutant advise/rule.c 'return a > b ? a : b; /* in' 'return a < b ? a : b; /* in'
mutant advise/rule.c 'if (a == PM_FAILS || b == PM_FAILS)' 'if (a == PM_FAILS && b == PM_FAILS)'
mutant advise/rule.c '(provisional && c->verdict != PM_FAILS)' '(c->verdict != PM_FAILS)'
mutant advise/rule.c '(c->has_accuracy || goal != PM_GOAL_PARETO)' 'true'
mutant advise/rule.c '(c->has_accuracy || goal != PM_GOAL_PARETO)' 'c->has_accuracy'
mutant advise/rule.c '(c->has_energy || goal != PM_GOAL_LEAST_ENERGY)' 'true'
mutant advise/rule.c '&& c->may_be_picked &&' '&&'
mutant advise/rule.c 'return a->time > b->time;' 'return a->time < b->time;'
mutant advise/rule.c 'return a->time < b->time ||' 'return a->time > b->time ||'
mutant advise/rule.c 'return a->energy < b->energy ||' 'return a->energy > b->energy ||'
mutant advise/rule.c '(goal == PM_GOAL_PARETO && c[i].beaten_by >= 0)' 'false'
mutant advise/rule.c 'if (c[i].verdict != PM_FAILS && c[i].may_be_picked)' 'if (c[i].verdict == PM_NO_DATA && c[i].may_be_picked)'
# the contenders
mutant advise/choose.c 'return !c->has_accuracy || c->accuracy >=' 'return c->has_accuracy && c->accuracy >='
mutant advise/choose.c 'return !c->has_time || c->time <= time;' 'return !c->has_time;'
mutant advise/choose.c 'return least_energy <=' 'return least_energy >'
mutant advise/choose.c 'if (!view[i].may_be_picked || (int)i == a->pick)' 'if ((int)i == a->pick)'
# the relaxations
mutant advise/relax.c 'm != (int)metric)' 'm == (int)metric)'
mutant advise/relax.c 'const double safe = is_min ? j->value.lo : j->value.hi;' 'const double safe = j->value.value;'
mutant advise/relax.c '&& pm_candidate_pickable(c, a->settings);' ';'
mutant advise/relax.c 'for (; !ships && looser <= STEPS_MAX; looser++)' 'for (; !ships && looser < 1; looser++)'
mutant advise/relax.c 'ships && looser >= -STEPS_MAX; looser--' 'ships && looser >= 0; looser--'
mutant advise/relax.c '(is_min ? to <= best->to : to >= best->to)' '(is_min ? to >= best->to : to <= best->to)'
mutant advise/relax.c '!= PM_FAILS;
}

static int relax_one' '== PM_MEETS;
}

static int relax_one'
mutant advise/again.c '*would = c.verdict == PM_MEETS &&' '*would = c.verdict != PM_FAILS &&'
mutant advise/findings_power.c 'if (rate > best_rate) {' 'if (rate > 0 && best < 0) {'
# the import, and what is lent
mutant record/table.c '{"batch", COUNT, ROW(config.batch)' '{"batch", COUNT, ROW(config.threads)'
mutant record/table.c '{"latency_ms", FIGURE, ROW(latency_ms), 1e-9' '{"latency_ms", FIGURE, ROW(p90_ms), 1e-9'
mutant record/table.c 'e->top1_pct = known->top1_pct;' ';'
mutant record/table.c '*(struct pm_quantity *)target = pm_quantity_of(value, PM_DECLARED);' '*(struct pm_quantity *)target = pm_quantity_of(value, PM_PUBLISHED);'
mutant record/table.c '{"idle_w", FIGURE, ROW(idle_w)' '{"idle_w", FIGURE, ROW(energy_j)'
mutant record/table.c '{"power_basis", BASIS, ROW(power_basis)' '{"power_basis", BASIS, ROW(cause)'
mutant record/table.c 'pm_input_of_keys(&row.input, NULL, &e->config.input, &two_forms) != 0' 'false'
mutant record/catalogue.c '(precision == NULL || strcmp(precision, "fp32") == 0) &&' 'true &&'
mutant record/catalogue.c 'pm_input_same(input, entry->input)' 'true'
mutant record/profile_file.c 'e->power_basis = p->power_basis;' ';'
mutant record/profile_file.c 'e->idle_w = p->idle_w;' ';'

echo "$caught of $((caught + missed)) mutants caught"
[ $missed = 0 ]
