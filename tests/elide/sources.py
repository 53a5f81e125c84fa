"""Small sources in several languages, made for the tests."""

PYTHON = '''\
"""Keeps accounts in order."""

import decimal
from typing import (
    Any,
    Final,
)

LIMIT: Final = 250
RATES = {
    "a": 1,
    "b": 2,
    "c": 3,
    "d": 4,
}


def cached(function):
    return function


class Account:
    """One account.

    It is never negative.
    """

    fee = 3

    def __init__(
        self,
        owner: str,
        balance: int = 0,
    ) -> None:
        self.owner = owner
        self.balance = balance

    @cached
    def withdraw(self, amount: int) -> int:
        if amount > self.balance:
            raise ValueError("not enough money")
        self.balance = self._book(-amount)
        return self.balance

    def _book(self, amount: int) -> int:
        total = self.balance
        for step in range(amount):
            total += step
        return total


def monthly(accounts: list[Account]) -> None:
    for account in accounts:
        account.withdraw(LIMIT)
'''

GO = """\
package main

import (
	"errors"
	"fmt"
)

// ErrEmpty says that nothing is there.
// It is never wrapped.
var ErrEmpty = errors.New("empty")

type Queue struct {
	items []string
	limit int
}

func (q *Queue) Pop() (string, error) {
	if len(q.items) == 0 {
		return "", ErrEmpty
	}
	first := q.items[0]
	q.items = q.items[1:]
	return first, nil
}

func main() {
	q := &Queue{}
	value, err := q.Pop()
	fmt.Println(value, err)
}
"""

JAVASCRIPT = """\
'use strict';
const path = require('path');
/**
 * Joins parts.
 *
 * @param {string[]} parts
 */
exports.join = function join(parts) {
  const clean = parts.filter(Boolean);
  if (!clean.length) {
    throw new TypeError('no parts');
  }
  return path.join(...clean);
};
const split = (text) => {
  const out = text.split(path.sep);
  return out.filter((part) => part !== '');
};
class Store {
  get size() {
    return this.items.length;
  }
}
"""

TYPESCRIPT = """\
import type { Shape } from "./shape.js";
export interface Circle extends Shape {
  readonly radius: number;
}
export type Name = "circle" | "square";
export function area<T extends Circle>(
  shape: T,
  scale: number,
): number {
  const radius = shape.radius * scale;
  return Math.PI * radius ** 2;
}
"""

RUST = """\
use std::fmt;
/// A point.
#[derive(Debug, Clone)]
pub struct Point {
    x: i32,
    y: i32,
}
impl fmt::Display for Point {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let text = format!("{} {}", self.x, self.y);
        write!(f, "{}", text)
    }
}
pub const ORIGIN: Point = Point { x: 0, y: 0 };
"""

JAVA = """\
package org.example.bank;
import java.util.List;
public final class Bank {
    private static final int LIMIT = 10;
    @Override
    public String toString() {
        String text = "bank";
        return text;
    }
    public int total(List<Integer> amounts) throws BankException {
        int sum = 0;
        for (int amount : amounts) {
            sum += amount;
        }
        return sum;
    }
}
"""

C = """\
#include <stdio.h>
#include <stdlib.h>
#define SIZE 16
typedef struct ring {
    int head;
    int tail;
} ring_t;
static int ring_push(ring_t *ring, int value)
{
    int next = (ring->head + 1) % SIZE;
    if (next == ring->tail)
        return -1;
    ring->head = next;
    return 0;
}
int main(void)
{
    ring_t ring = {0, 0};
    printf("%d", ring_push(&ring, 3));
    return 0;
}
"""

CPP = """\
#include <vector>
MY_NAMESPACE_BEGIN
namespace detail {
template <typename T>
class Stack {
  public:
    void push(const T& value) {
        items_.push_back(value);
        ++count_;
    }
  private:
    std::vector<T> items_;
    int count_ = 0;
};
int Reader::next(int from) {
    auto where = from + 1;
    return static_cast<int>(where);
}
}  // namespace detail
"""

PERL = """\
package Shop::Basket;
use strict;
use warnings;

our $LIMIT = 20;

=head1 NAME

Shop::Basket - what is bought

=cut

sub add {
    my ($self, $item) = @_;
    die "too many" if @{ $self->{items} } >= $LIMIT;
    push @{ $self->{items} }, $item;
    return $self;
}
sub count {
    my $self = shift;
    my $number = scalar @{ $self->{items} };
    return $number;
}
1;
"""

SHELL = """\
#!/bin/bash
set -euo pipefail
build() {
  echo "building"
  make all
}
function deploy {
  rsync -a . host:
}
build
deploy
"""

SOURCES = {
    "python": PYTHON,
    "go": GO,
    "javascript": JAVASCRIPT,
    "typescript": TYPESCRIPT,
    "rust": RUST,
    "java": JAVA,
    "c": C,
    "cpp": CPP,
    "perl": PERL,
}
"""By the name of their grammar."""
