/* SPDX-License-Identifier: MIT */
#include "emit.h"
#include "oracle.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#define OF_A_WORLD 5

static const char *const words[] = {"meets", "fails", "undecided", "unknown"};

static void put_budgets(const struct said *s, const struct world *w, const struct wish *wish)
{
    const char *comma = "";
    printf("\"budgets\": {");
    for (int k = 0; k < BUDGET_KEYS; k++) {
        char name[32], *c = name;
        if (s->budget[k].verdict == NOT_ASKED)
            continue;
        snprintf(name, sizeof name, "%s", key_name((enum key)k));
        for (; *c != '\0'; c++)
            *c = *c == '-' ? '_' : *c;
        const verdicts may =
            s->item >= 0 ? oracle_budget(w, wish, (size_t)s->item, (enum key)k) : ANY_SAID;
        printf("%s\"%s\": {\"verdict\": \"%s\", \"may\": [", comma, name,
               words[s->budget[k].verdict]);
        comma = "";
        for (int v = MEETS; v <= NO_FIGURE; v++) {
            if ((may & ONLY(v)) == 0)
                continue;
            printf("%s\"%s\"", comma, words[v]);
            comma = ", ";
        }
        printf("]}");
        comma = ", ";
    }
    printf("}");
}

static void put_question(const struct desk *desk, const struct world *w, const struct question *q,
                         const struct reply *r)
{
    char text[128];
    const struct wish wish = question_wish(q);
    printf("{\"folder\": \"%s\", \"table\": %s, \"args\": [", desk->folder,
           w->table ? "true" : "false");
    for (size_t i = 0; i < q->n; i++) {
        option_text(&q->option[i], false, text, sizeof text);
        printf("%s\"%s\"", i > 0 ? ", " : "", text);
    }
    printf("], \"exit\": %d, \"pick\": %d, \"candidates\": [", r->exit, r->pick);
    for (size_t i = 0; i < r->n; i++) {
        const struct said *s = &r->said[i];
        printf("%s{\"network\": \"%s\", \"verdict\": \"%s\", ", i > 0 ? ", " : "",
               s->item >= 0 ? w->net[w->item[s->item].net].id : "?", words[s->verdict]);
        put_budgets(s, w, &wish);
        printf("}");
    }
    printf("]}\n");
}

int emit_questions(const char *folder, uint64_t seed, uint64_t n)
{
    static struct desk desk;
    static struct world w;
    static struct question q;
    static struct reply r;
    for (uint64_t i = 0; i < n; i++) {
        static struct dice d;
        if (i % OF_A_WORLD == 0) {
            char path[300];
            d = dice_of(seed * 1000003 + i);
            snprintf(path, sizeof path, "%s/%" PRIu64, folder, i / OF_A_WORLD);
            mkdir(path, 0777);
            world_make(&w, &d);
            if (desk_open(&desk, path) != 0 || desk_put_catalogue(&desk, &w) != 0 ||
                desk_put_profile(&desk, &w) != 0)
                return -1;
        }
        question_make(&q, &w, desk.can_require, &d);
        ask(&desk, &w, &q, &r);
        put_question(&desk, &w, &q, &r);
    }
    return 0;
}
