// What a file's layout says, which is where lines and blocks end; and keywords of several words that are keywords only
// together. It follows dsl/layout.py; words.h has the words, from the language's own list.

#include <stddef.h>
#include <string.h>

#include "tree_sitter/alloc.h"
#include "tree_sitter/parser.h"
#include "words.h"

enum Token {
    BEGIN,
    NEWLINE,
    INDENT,
    DEDENT,
    COLON,
    VALUE_COMMA,
    CONTINUED, // The end of a line that goes on below its comments.
    ERROR, // No rule has it: when it may follow, everything may, because the parser is looking for a way on.
    FIRST_PHRASE,
};

// More than dsl/layout.py reads.
#define MAX_BLOCKS 100

typedef struct {
    uint16_t indent;   // of the line that is being read
    bool begun;
    bool opens;        // a colon was the last sign of its line
    bool ended;        // the last line has ended
    uint16_t ends;     // of lines, up to the next one that is neither empty nor a comment: what they are is known
    bool goes_on;      // and it is that the statement goes on there
    uint8_t blocks;
    uint16_t heads[MAX_BLOCKS]; // how deep the head of each open block is indented
} Scanner;

typedef struct {
    char text[LONGEST_PHRASE + 2];
    unsigned length;
    bool is_known; // nothing but letters, and not too many
} Word;

void *tree_sitter_scorelang_external_scanner_create(void) { return ts_calloc(1, sizeof(Scanner)); }

void tree_sitter_scorelang_external_scanner_destroy(void *payload) { ts_free(payload); }

unsigned tree_sitter_scorelang_external_scanner_serialize(void *payload, char *buffer) {
    const Scanner *scanner = payload;
    const unsigned size = offsetof(Scanner, heads) + scanner->blocks * sizeof(uint16_t);
    memcpy(buffer, scanner, size);
    return size;
}

void tree_sitter_scorelang_external_scanner_deserialize(void *payload, const char *buffer, unsigned length) {
    memset(payload, 0, sizeof(Scanner));
    if (length) memcpy(payload, buffer, length);
}

static bool is_blank(int32_t c) { return c == ' ' || c == '\t' || c == 0xa0 || c == '\f'; }

static bool is_line_end(int32_t c) { return c == '\n' || c == '\r'; }

static bool is_letter(int32_t c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

// Letters of other alphabets are in no word of the language: what holds one is a name.
static bool is_word(int32_t c) { return is_letter(c) || (c >= '0' && c <= '9') || c == '_' || c > 0xa0; }

typedef struct {
    uint16_t ends;     // of lines that were passed
    uint16_t indent;   // of the line where the lexer is now, if it is another one
    bool has_comments; // on the way
} Gap;

// Goes to the next word or sign, past ends of lines and comments.
static Gap skip_gap(TSLexer *lexer, bool as_blank) {
    Gap gap = {0};
    while (!lexer->eof(lexer)) {
        if (is_line_end(lexer->lookahead)) {
            gap.ends += gap.ends < UINT16_MAX;
            gap.indent = 0;
        } else if (lexer->lookahead == '#') {
            gap.has_comments = true;
            while (!lexer->eof(lexer) && !is_line_end(lexer->lookahead)) lexer->advance(lexer, as_blank);
            continue;
        } else if (is_blank(lexer->lookahead)) {
            gap.indent += gap.indent < UINT16_MAX;
        } else {
            return gap;
        }
        lexer->advance(lexer, as_blank);
    }
    gap.indent = 0;
    return gap;
}

static void read_word(TSLexer *lexer, Word *word, bool is_next) {
    word->is_known = true;
    if (is_next && word->length < LONGEST_PHRASE) word->text[word->length++] = ' ';
    while (is_word(lexer->lookahead)) {
        word->is_known = word->is_known && is_letter(lexer->lookahead) && word->length < LONGEST_PHRASE;
        if (word->is_known) word->text[word->length++] = (char)lexer->lookahead;
        lexer->advance(lexer, false);
    }
    word->text[word->length] = 0;
}

static bool is_head(const Word *word) {
    for (unsigned at = 0; word->is_known && at < sizeof(HEADS) / sizeof(*HEADS); at++)
        if (strcmp(word->text, HEADS[at]) == 0) return true;
    return false;
}

// Whether the words so far begin a phrase that may stand here; one that they are is marked as the token.
static bool begins_phrase(TSLexer *lexer, const bool *valid, Word *word, bool *is_found) {
    bool goes_on = false;
    for (unsigned at = 0; word->is_known && at < sizeof(PHRASES) / sizeof(*PHRASES); at++) {
        if (!valid[FIRST_PHRASE + at] || strncmp(PHRASES[at], word->text, word->length) != 0) continue;
        if (PHRASES[at][word->length] == ' ') goes_on = true;
        if (PHRASES[at][word->length] != 0) continue;
        lexer->mark_end(lexer);
        if (at == BEFORE_COLON) {
            while (is_blank(lexer->lookahead)) lexer->advance(lexer, false);
            if (lexer->lookahead != ':') continue;
        }
        lexer->result_symbol = (TSSymbol)(FIRST_PHRASE + at);
        *is_found = true;
    }
    return goes_on;
}

// The longest phrase that begins with a word.
static bool scan_phrase(const Scanner *scanner, TSLexer *lexer, const bool *valid, Word *word) {
    bool is_found = false;
    while (begins_phrase(lexer, valid, word, &is_found)) {
        const Gap gap = skip_gap(lexer, false);
        if ((gap.ends && gap.indent <= scanner->indent) || !is_letter(lexer->lookahead)) break;
        read_word(lexer, word, true);
    }
    return is_found;
}

// A comma that a value follows tells another value that means `missing` from the next attribute.
static bool scan_comma(TSLexer *lexer) {
    lexer->advance(lexer, false);
    lexer->mark_end(lexer);
    skip_gap(lexer, false);
    const int32_t c = lexer->lookahead;
    if (!is_letter(c)) return c == '"' || c == '+' || c == '-' || (c >= '0' && c <= '9');
    Word word = {.length = 0};
    read_word(lexer, &word, false);
    for (unsigned at = 0; word.is_known && at < sizeof(FLAGS) / sizeof(*FLAGS); at++)
        if (strcmp(word.text, FLAGS[at]) == 0) return true;
    return false;
}

static bool scan_colon(Scanner *scanner, TSLexer *lexer) {
    lexer->advance(lexer, false);
    lexer->mark_end(lexer);
    while (is_blank(lexer->lookahead)) lexer->advance(lexer, false);
    scanner->opens = lexer->eof(lexer) || is_line_end(lexer->lookahead) || lexer->lookahead == '#';
    lexer->result_symbol = COLON;
    return true;
}

enum Below { ENDS, GOES_ON, NOTHING };

// A line that goes on below its comments. They are parts of the tree, so that the parser reads them before the scanner
// comes back; what is known of them by then need not be found out again.
static enum Below continue_line(Scanner *scanner, TSLexer *lexer, uint16_t ends) {
    scanner->ends = ends;
    scanner->goes_on = true;
    lexer->result_symbol = CONTINUED;
    return ENDS;
}

// A line that ends here: of a statement, of the head of a block, or an empty one.
static enum Below end_line(Scanner *scanner, TSLexer *lexer, enum Token token, Gap gap) {
    if (token == INDENT) scanner->heads[scanner->blocks++] = scanner->indent;
    scanner->indent = gap.indent;
    scanner->ends = gap.ends;
    scanner->goes_on = false;
    scanner->ended = lexer->eof(lexer);
    scanner->opens = false;
    lexer->result_symbol = token;
    return ENDS;
}

// At the end of a line: goes to the next word, which it may have to read, and says whether the line has a token for its
// end. If not, the statement goes on with that word, or there is NOTHING more.
static enum Below scan_line_end(Scanner *scanner, TSLexer *lexer, const bool *valid, Word *word) {
    if (lexer->eof(lexer)) {
        if (scanner->ended || !valid[NEWLINE]) return NOTHING;
        return end_line(scanner, lexer, NEWLINE, (Gap){0});
    }
    lexer->advance(lexer, true);
    lexer->mark_end(lexer);
    if (scanner->ends && scanner->goes_on) return continue_line(scanner, lexer, scanner->ends - 1);
    if (scanner->ends) return end_line(scanner, lexer, NEWLINE, (Gap){scanner->ends - 1, scanner->indent, false});
    const Gap gap = skip_gap(lexer, true);
    const bool is_below = !lexer->eof(lexer) && gap.indent > scanner->indent;
    const bool is_row = lexer->lookahead == '|';
    if (is_below && valid[INDENT] && (!valid[ERROR] || scanner->opens) && scanner->blocks < MAX_BLOCKS)
        return end_line(scanner, lexer, INDENT, gap);
    if (!is_below && !is_row && !valid[NEWLINE] && is_letter(lexer->lookahead))
        read_word(lexer, word, false);
    // Where no line may end, as inside brackets, only a word that begins a statement shows that one was meant to.
    if (is_row || (!is_below && (valid[NEWLINE] || lexer->eof(lexer) || is_head(word))))
        return end_line(scanner, lexer, NEWLINE, gap);
    return gap.has_comments ? continue_line(scanner, lexer, gap.ends) : GOES_ON;
}

bool tree_sitter_scorelang_external_scanner_scan(void *payload, TSLexer *lexer, const bool *valid) {
    Scanner *scanner = payload;
    if (!scanner->begun && valid[BEGIN]) {
        lexer->mark_end(lexer);
        scanner->indent = skip_gap(lexer, true).indent;
        scanner->begun = true;
        lexer->result_symbol = BEGIN;
        return true;
    }
    if (valid[DEDENT] && scanner->blocks && scanner->indent <= scanner->heads[scanner->blocks - 1]) {
        scanner->blocks--;
        lexer->result_symbol = DEDENT;
        return true;
    }
    Word word = {.length = 0};
    while (is_blank(lexer->lookahead)) lexer->advance(lexer, true);
    if (lexer->eof(lexer) || is_line_end(lexer->lookahead)) {
        const enum Below below = scan_line_end(scanner, lexer, valid, &word);
        if (below != GOES_ON) return below == ENDS;
    }
    if (!word.length && is_letter(lexer->lookahead)) read_word(lexer, &word, false);
    if (word.length) return scan_phrase(scanner, lexer, valid, &word);
    if (lexer->lookahead == ':' && valid[COLON]) return scan_colon(scanner, lexer);
    lexer->result_symbol = VALUE_COMMA;
    return lexer->lookahead == ',' && valid[VALUE_COMMA] && !valid[ERROR] && scan_comma(lexer);
}
