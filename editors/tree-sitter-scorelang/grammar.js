// The grammar of scorelang for tree-sitter. It follows dsl/grammar.lark rule by rule; the parts of a tree are called as
// in dsl/nodes.py. Words are written down nowhere here: `t("WITHIN")` is whatever the terminal WITHIN is spelled like.
// src/scanner.c finds the ends of lines, blocks, and keywords of several words.

const { words, phrases } = require("./words.json");

// Any spelling of a terminal of our own grammar. Where its first word might be a name, the scanner finds it as a whole.
const spelled = (words) => (words in phrases ? alias(sym(phrases[words]), words) : all(words.split(" ")));
const t = (terminal) => any(words[terminal].map(spelled));
const any = (parts) => (parts.length === 1 ? parts[0] : choice(...parts));
const all = (parts) => (parts.length === 1 ? parts[0] : seq(...parts));

const list = (one) => seq(one, repeat(seq(",", one)));
// The lines below the head of a block; there are none while it is being typed.
const block = ($, lines) => seq(":", choice($._newline, field("body", alias(lines, $.block))));
const lines = ($, ...kinds) => seq($._indent, repeat1(choice($._newline, ...kinds)), $._dedent);

// Arithmetic and comparisons stand in conditions and, of fewer parts, behind `where`: each is a rule in two copies.
const operand = ($, part, arithmetic, negative) =>
  choice(part, alias(arithmetic, $.arithmetic), alias(negative, $.negative));
const arithmetic = (one) =>
  choice(
    prec.left(4, seq(field("left", one), field("operator", t("SIGN")), field("right", one))),
    prec.left(5, seq(field("left", one), field("operator", t("FACTOR")), field("right", one))),
  );
const negative = (one) => prec(6, seq(field("operator", t("SIGN")), one));
const compared = ($, one, compare, known, between) =>
  choice(one, alias(compare, $.compare), alias(known, $.known), alias(between, $.between));
const is = choice(t("IS"), t("IS_NOT"));
const compare = ($, one) =>
  choice(
    seq(field("left", one), $._operator, field("right", one)),
    seq(field("left", one), $._word_operator, field("right", choice(one, $.list))),
    seq(field("left", one), $._within, field("right", $._list)),
    seq(field("left", one), $._rank, field("right", $._label)),
  );
const known = (one) => seq(one, is, choice(t("MISSING"), t("KNOWN")));
const between = (one) => seq(one, t("FROM"), field("low", one), t("TO"), field("high", one));

module.exports = grammar({
  name: "scorelang",

  externals: ($) => [
    $._begin,
    $._newline,
    $._indent,
    $._dedent,
    ":",
    $._value_comma,
    $._continued,
    $._error,
    ...Object.values(phrases).map((name) => sym(name)),
  ],
  extras: ($) => [/[ \t\n\r\f\u00a0]/, $.comment, $._continued],
  word: ($) => $.name,
  inline: ($) => [$._limit, $._value],

  rules: {
    file: ($) => seq(optional($._begin), repeat($._statement)),

    _statement: ($) =>
      choice($._newline, seq($._line, $._newline), $.lead, $.category, $.route, $.outcomes, $.test, $._rule),
    _line: ($) =>
      choice(
        $.header, $.use, $.event, $.named_list, $.define, $.decay, $.score_bounds, $.start_over,
        $.require, $.disqualify, $.stage, $.grade, $.invariant,
      ),

    // --- statements

    header: ($) =>
      choice(
        seq(t("MODEL"), optional(field("name", $.text)), repeat(seq(optional(","), $.header_item))),
        seq(t("TIMEZONE"), $.text),
      ),
    header_item: ($) => seq(t("HEADER_WORD"), choice($.text, $._signed)),
    use: ($) => seq(t("USE"), choice(seq(list($.name), t("FROM")), $.name), field("path", $.text)),

    lead: ($) => seq(t("LEAD"), optional(seq(t("KEYED_BY"), field("key", $.name))), block($, $._fields)),
    _fields: ($) => lines($, seq($.field, $._newline)),
    field: ($) =>
      seq(
        field("name", $.name),
        field("type", $.type),
        optional(seq(t("FROM"), field("column", $.text))),
        optional(seq(t("MISSING"), $._value, repeat(seq(alias($._value_comma, ","), $._value)))),
      ),
    type: () => t("TYPE"),
    event: ($) => seq(t("EVENT"), field("name", $.name), optional(seq("(", optional(list($.field)), ")"))),

    named_list: ($) =>
      seq(
        t("LIST"),
        field("name", $.name),
        choice(
          seq(t("EQUALS"), field("value", $.list)),
          seq(t("FROM"), field("path", $.text), optional(seq(t("COLUMN"), field("column", $.text)))),
        ),
      ),
    define: ($) => seq(t("DEFINE"), field("name", $.name), t("AS"), field("value", $._condition)),
    decay: ($) => seq(t("DECAY"), field("name", $.name), t("AS"), choice($.losing, $.fading)),

    category: ($) =>
      seq(
        choice(t("CATEGORY"), t("PERSONA")),
        field("name", $._label),
        repeat(seq(",", choice($.bounds, $.bound, $.weight, $.silence))),
        block($, $._rules),
      ),
    bounds: ($) => seq($._limit, t("TO"), $._limit),
    bound: ($) => seq(choice(t("AT_MOST"), t("AT_LEAST")), $._limit),
    _limit: ($) => choice($._signed, $._label),
    weight: ($) => seq(t("WEIGHT"), $.percent),
    silence: ($) => seq(choice($.losing, $.preset), t("OF_SILENCE")),
    preset: ($) => $.name,

    score_bounds: ($) => seq(t("SCORE"), choice(seq(t("FROM"), $._signed, t("TO"), $._signed), $.bound)),
    start_over: ($) => seq(t("START_OVER_AFTER"), $.events),
    require: ($) =>
      seq(
        t("REQUIRE"),
        field("condition", $._condition),
        optional(seq(t("FOR"), field("stage", $._label))),
        optional($.because),
      ),
    disqualify: ($) => seq(t("DISQUALIFY"), t("IF"), field("condition", $._condition), optional($.because)),
    stage: ($) =>
      seq(
        t("STAGE"),
        field("name", $._label),
        optional(seq(t("FROM"), $._signed)),
        optional(seq(t("WHEN"), $._condition)),
        optional($._or_when),
      ),
    _or_when: ($) => seq(t("OR_WHEN"), $._condition, optional($._or_when)),
    grade: ($) =>
      seq(t("GRADE"), field("name", $._label), ":", list($.band), optional(","), t("ELSE"), field("else", $._label)),
    band: ($) => seq(field("name", $._label), t("FROM"), $._signed),

    route: ($) => seq(t("ROUTE"), block($, $._destinations)),
    _destinations: ($) => lines($, seq($.destination, $._newline)),
    destination: ($) =>
      seq(field("name", $.text), choice(seq(t("IF"), field("condition", $._condition)), t("OTHERWISE"))),
    outcomes: ($) => seq(t("OUTCOMES"), block($, $._outcome_lines)),
    _outcome_lines: ($) => lines($, seq($.outcome, $._newline)),
    outcome: ($) => seq(field("name", $.name), t("FROM"), list($.text)),
    test: ($) => seq(t("TEST"), field("name", $.text), block($, $._test_lines)),
    _test_lines: ($) => lines($, seq(choice($.given, $.expect, $.as_of, $.row), $._newline)),
    invariant: ($) =>
      seq(choice(t("NEVER"), t("ALWAYS")), field("name", $.text), ":", field("condition", $._condition)),

    // --- rules

    _rules: ($) => lines($, $._rule),
    _rule: ($) => choice(seq($.rule, $._newline), $.choose, $.matrix),
    rule: ($) =>
      seq(
        choice(
          seq(
            choice(
              field("condition", $._condition),
              seq(t("IF"), field("condition", $._condition)),
              seq(t("EACH"), field("events", $.events)),
            ),
            t("THEN"),
          ),
          t("OTHERWISE"),
        ),
        field("points", $.points),
        repeat(seq(",", choice($.bound, $.once, $.frequency, $.losing, $.fading, $.during, $.preset))),
        optional(seq(optional(","), $.because)),
      ),
    choose: ($) => seq(t("CHOOSE"), optional(t("BEST")), block($, $._rules)),
    matrix: ($) =>
      seq(
        t("MATRIX"), t("BY"), field("rows", $._operand), t("AND"), field("columns", $._operand),
        optional(seq(optional(","), $.because)),
        block($, $._rows),
      ),
    _rows: ($) => lines($, seq($.row, $._newline)),
    points: ($) => $._operand,
    because: ($) => seq(t("BECAUSE"), $.text),
    once: ($) => seq(t("ONCE"), t("A"), alias($._period, $.unit)),
    frequency: ($) => seq($.number, t("TIMES"), t("A"), alias($._period, $.unit)),
    _period: () => t("PERIOD"),
    losing: ($) => seq(t("LOSING"), $.percent, t("EVERY"), $.duration),
    fading: ($) => seq(t("FADING_OUT_OVER"), $.duration),
    during: ($) => seq(t("DURING"), $.date, t("TO"), $.date),

    // --- conditions

    _condition: ($) => choice($.or, $.and, $.not, $._comparison),
    or: ($) => prec.left(1, seq($._condition, t("OR"), $._condition)),
    and: ($) => prec.left(2, seq($._condition, t("AND"), $._condition)),
    not: ($) => prec(3, seq(t("NOT"), $._condition)),
    _comparison: ($) =>
      choice(
        compared($, $._operand, $._compare, $._known, $._between),
        alias($._occurs, $.occurs),
        $.no_events,
        $.only_events,
      ),
    _compare: ($) => compare($, $._operand),
    _known: ($) => known($._operand),
    _between: ($) => between($._operand),
    _operator: () => choice(is, t("EQUALS"), t("COMPARE")),
    _word_operator: () => t("WORD_OPERATOR"),
    _within: () => choice(t("IN"), t("NOT_IN")),
    _rank: () => prec(1, seq(is, choice(t("AT_LEAST"), t("AT_MOST")))),
    _occurs: ($) =>
      choice(
        seq(field("kind", $.name), optional(field("filter", $.text)), $._tail),
        seq(field("kind", $._operand), $._within, field("filter", $._list), $._tail),
      ),
    no_events: ($) => seq(t("NO"), $.events),
    only_events: ($) => seq(t("ONLY"), $.events),
    _list: ($) => choice($.list, $.name),
    list: ($) => seq("[", optional(seq(list($._item), optional(","))), "]"),
    _item: ($) => choice($._literal, $.name),

    // --- numbers, texts and the like

    _operand: ($) => operand($, $._atom, $._arithmetic, $._negative),
    _arithmetic: ($) => arithmetic($._operand),
    _negative: ($) => negative($._atom),
    _atom: ($) =>
      choice($._plain_atom, alias($._occurs_once, $.occurs), $.quorum, $.aggregate, $.days_since_last, $.days_since),
    _occurs_once: ($) => seq(field("kind", $.name), field("filter", $.text)),
    quorum: ($) =>
      seq(
        choice(t("AT_LEAST"), t("AT_MOST"), t("EXACTLY")), $.number, t("OF"),
        "(", list($._condition), optional(","), ")",
      ),
    aggregate: ($) => seq(choice(t("COUNT_OF"), t("AGGREGATE_OF")), $.events),
    days_since_last: ($) => seq(t("DAYS_SINCE_LAST"), $.events),
    days_since: ($) => seq(t("DAYS_SINCE"), $._plain_atom),
    _plain_atom: ($) => choice($._simple_atom, $.bracket),
    _simple_atom: ($) => choice($.number, $.text, $.flag, $.date, $.name, $.dotted, $.call),
    bracket: ($) => seq("(", $._condition, ")"),
    dotted: ($) => prec(7, seq(choice($.name, $.text), ".", field("member", $.name))),
    call: ($) => seq(field("function", $.name), "(", optional(list(choice($._operand, $.list))), ")"),
    _literal: ($) => choice($._signed, $.text, $.flag, $.date),
    _signed: ($) => choice($.number, alias($._signed_number, $.negative)),
    _signed_number: ($) => seq(field("operator", t("SIGN")), $.number),
    _value: ($) => $._literal,
    _label: ($) => choice($.name, $.text),

    flag: () => choice(t("YES"), t("NO"), t("FALSE")),
    name: () => /[_\p{L}\p{Nl}\p{No}][_\p{L}\p{N}]*/,
    number: () => /[0-9]+(_[0-9]+)*(\.[0-9]+)?/,
    percent: () => /[0-9]+(_[0-9]+)*(\.[0-9]+)?[ \t]*%/,
    date: () =>
      /[0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?(Z|[+-][0-9]{2}:?[0-9]{2})?)?/,
    text: ($) => seq('"', repeat(choice($._characters, $.escape)), token.immediate('"')),
    _characters: () => token.immediate(prec(1, /[^"\\\n\r]+/)),
    escape: () => token.immediate(/\\[^\n\r]/),
    comment: () => /#[^\n\r]*/,

    // --- events

    // An attribute that is added up may stand behind any part of its events.
    events: ($) =>
      prec.right(
        seq(
          field("kind", $.name),
          repeat(
            choice(field("filter", $._filter), field("where", $.where), $.window, seq(".", field("member", $.name))),
          ),
        ),
      ),
    _filter: ($) => choice($.text, seq(t("IN"), $._list)),
    // Brackets after `where` hold the whole condition: what follows them is compared with the events.
    where: ($) =>
      prec.right(
        seq(
          t("WHERE"),
          repeat(t("NOT")),
          choice(
            $.bracket,
            compared($, $._attribute, $._compare_attribute, $._known_attribute, $._between_attribute),
          ),
        ),
      ),
    _attribute: ($) => operand($, $._simple_atom, $._attribute_arithmetic, $._attribute_negative),
    _attribute_arithmetic: ($) => arithmetic($._attribute),
    _attribute_negative: ($) => negative($._simple_atom),
    _compare_attribute: ($) => compare($, $._attribute),
    _known_attribute: ($) => known($._attribute),
    _between_attribute: ($) => between($._attribute),
    _tail: ($) => choice(seq(field("where", $.where), optional($._often)), $._often),
    _often: ($) => choice(seq($.times, optional($.window)), seq($.window, optional($.times))),
    times: ($) =>
      seq(
        choice(t("AT_LEAST"), t("AT_MOST"), t("EXACTLY"), t("FEWER_THAN"), t("MORE_THAN")),
        $.number,
        t("TIMES"),
      ),
    window: ($) =>
      choice(
        seq(choice(t("WITHIN"), t("WITHIN_NEXT")), $.duration),
        seq(t("MORE_THAN"), $.duration, t("AGO")),
        seq(t("BETWEEN"), $.number, optional($.unit), t("AND"), $.duration, t("AGO")),
        seq(choice(t("SINCE"), t("BEFORE")), $.date),
      ),
    duration: ($) => seq($.number, $.unit),
    unit: () => t("UNIT"),

    // --- tables

    row: ($) => seq(t("BAR"), repeat1(seq(optional($.cell), t("BAR")))),
    cell: ($) =>
      choice(
        t("OTHERWISE"),
        t("MISSING"),
        t("KNOWN"),
        seq($._operator, $._literal),
        seq($._word_operator, choice($._literal, $._list)),
        seq($._within, $._list),
        seq(optional(t("FROM")), $._literal, t("TO"), $._literal),
        $._literal,
        $.name,
        $.dotted,
        alias($._column, $.name),
      ),
    // A column may be a field whose name is a word that a cell can begin with.
    _column: () => choice(t("FROM"), t("IN"), t("IS"), t("WORD_OPERATOR")),

    // --- tests

    given: ($) => seq(t("GIVEN"), list(choice($.given_item, $.given_times))),
    given_times: ($) => seq($.number, t("TIMES")),
    given_item: ($) =>
      seq(
        field("name", $.name),
        optional(choice($._literal, t("MISSING"), $.name, $.list)),
        optional(seq(t("WITH"), $.name, $._literal)),
        optional(choice(seq($.duration, t("AGO")), seq(t("ON"), $.date))),
      ),
    expect: ($) => seq(t("EXPECT"), list($.expect_item)),
    expect_item: ($) =>
      choice(
        seq(choice($.name, $.dotted, $.text), choice($.number, $.flag, $.date, $.name, t("MISSING"))),
        seq($.dotted, $.text),
        $._condition,
        seq(choice(t("FIRES"), t("NOT_FIRES"), t("BLOCKED_BY"), t("NOT_BLOCKED_BY")), $.text),
      ),
    as_of: ($) => seq(t("AS_OF"), $.date),
  },
});
