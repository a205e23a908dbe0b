// Words for scanner.c. Written by scripts/make_tree_sitter.py, from the words of the grammar.

// Keywords of several words, and one that is a keyword only before a colon.
static const char *const PHRASES[] = {
    "at least",
    "at most",
    "average of",
    "blocked by",
    "count of",
    "days since",
    "days since last",
    "fading out over",
    "largest of",
    "not blocked by",
    "not fires",
    "outcomes",
    "smallest of",
    "start over after",
    "sum of",
    "text list",
};

// What lines begin with that are statements even below an open bracket.
static const char *const HEADS[] = {
    "always",
    "category",
    "choose",
    "decay",
    "define",
    "disqualify",
    "each",
    "event",
    "expect",
    "given",
    "grade",
    "if",
    "lead",
    "list",
    "matrix",
    "model",
    "never",
    "otherwise",
    "persona",
    "require",
    "route",
    "stage",
    "test",
    "use",
};

// Words that are values.
static const char *const FLAGS[] = {
    "false",
    "no",
    "true",
    "yes",
};

#define BEFORE_COLON 11
#define LONGEST_PHRASE 16
