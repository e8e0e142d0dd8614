"""The grammar of FEEL as far as caseflow reads it, and of the unary tests of a decision table.

The terminals are made by ``tokens``, because a name may hold spaces and a bracket may be
the end of an interval: both depend on more than the characters themselves.
"""

from __future__ import annotations

GRAMMAR = r"""
tests: NOT LPAR _positive RPAR          -> none_of
    | _positive                         -> one_of

_positive: _test (COMMA _test)*
_test: within | compared | equal
compared: (RELATION | EQUALS) sum
within: RANGE_OPEN sum DOTS sum RANGE_CLOSE
equal: expression

?expression: IF expression THEN expression ELSE expression      -> choice
    | FOR NAME IN sum RETURN expression                         -> each
    | (SOME | EVERY) NAME IN sum SATISFIES expression           -> quantified
    | disjunction

?disjunction: conjunction (OR conjunction)*
?conjunction: comparison (AND comparison)*
?comparison: sum
    | sum (RELATION | EQUALS) sum       -> relation
    | sum BETWEEN sum AND sum           -> between
    | sum IN sum                        -> contained
    | sum IN (within | compared)        -> contained
    | sum IN LPAR _several RPAR         -> contained
_several: _test COMMA _positive | within | compared

?sum: product
    | sum (PLUS | MINUS) product        -> arithmetic
?product: power
    | product (TIMES | DIVIDE) power    -> arithmetic
?power: signed
    | power POWER signed                -> arithmetic
?signed: postfix
    | MINUS signed                      -> negative

?postfix: atom
    | postfix DOT NAME                  -> path
    | postfix LSQB expression RSQB      -> filtered

?atom: NUMBER                           -> number
    | STRING                            -> string
    | LITERAL                           -> literal
    | AT                                -> at
    | NAME                              -> variable
    | QUESTION                          -> variable
    | NAME LPAR (expression (COMMA expression)*)? RPAR          -> call
    | LPAR expression RPAR              -> group
    | LSQB (expression (COMMA expression)*)? RSQB               -> items
    | LBRACE (_entry (COMMA _entry)*)? RBRACE                   -> context
_entry: (NAME | STRING) COLON expression

%declare NUMBER STRING LITERAL AT NAME QUESTION
%declare IF THEN ELSE FOR IN RETURN SOME EVERY SATISFIES OR AND BETWEEN NOT
%declare PLUS MINUS TIMES DIVIDE POWER RELATION EQUALS
%declare COMMA DOT COLON LPAR RPAR LSQB RSQB LBRACE RBRACE RANGE_OPEN DOTS RANGE_CLOSE
"""
