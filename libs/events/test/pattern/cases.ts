/** One pattern against events that match it and events that do not. Strings are JSON text, for what objects cannot say. */
export interface Case {
  name: string;
  pattern: object | string;
  matches?: (object | string)[];
  rejects?: (object | string)[];
}

const exact: Case[] = [
  {
    name: 'a string is compared case by case and in full',
    pattern: { source: ['orders'] },
    matches: [{ source: 'orders' }, { source: ['billing', 'orders'] }],
    rejects: [{ source: 'Orders' }, { source: 'orders ' }, { source: '' }, { other: 'orders' }, {}],
  },
  {
    name: 'any of the alternatives will do, all of the fields must',
    pattern: { source: ['a', 'b'], kind: ['x'] },
    matches: [
      { source: 'b', kind: 'x' },
      { source: 'a', kind: 'x', more: 1 },
    ],
    rejects: [{ source: 'c', kind: 'x' }, { source: 'a' }, { kind: 'x' }],
  },
  {
    name: 'the empty string is a value, neither null nor nothing',
    pattern: { name: [''] },
    matches: [{ name: '' }, { name: ['x', ''] }],
    rejects: [{ name: null }, { name: 'x' }, {}, { name: [] }],
  },
  {
    name: 'null is a value, and not the string',
    pattern: { name: [null] },
    matches: [{ name: null }, { name: [1, null] }],
    rejects: [{ name: 'null' }, { name: '' }, { name: 0 }, { name: false }, {}, { name: [] }, { name: {} }],
  },
  {
    name: 'booleans are themselves',
    pattern: { on: [true] },
    matches: [{ on: true }],
    rejects: [{ on: 'true' }, { on: 1 }, { on: false }],
  },
  {
    name: 'names and strings may be anything Unicode, escaped or not',
    pattern: '{"gr\\u00f6\\u00dfe":["\\ud83d\\ude00","a\\"b\\\\c"]}',
    matches: [{ größe: '😀' }, { größe: 'a"b\\c' }, '{"gr\\u00f6\\u00dfe":"\\uD83D\\uDE00"}'],
    rejects: [{ grösse: '😀' }],
  },
  {
    name: '"exactly" is the long form of a string',
    pattern: { a: [{ exactly: '10.0.0.1' }] },
    matches: [{ a: '10.0.0.1' }],
    rejects: [{ a: '10.0.0.01' }],
  },
  {
    name: 'a field that every object inherits is not there unless it is its own',
    pattern: { constructor: [{ exists: true }] },
    matches: ['{"constructor":1}'],
    rejects: [{}, { a: 1 }],
  },
  {
    name: '__proto__ is a name like any other',
    pattern: '{"__proto__":["x"]}',
    matches: ['{"__proto__":"x"}', JSON.parse('{"__proto__":"x"}')],
    rejects: [{}, '{"__proto__":"y"}'],
  },
];

const numbers: Case[] = [
  {
    name: 'a number matches however it is written',
    pattern: { n: [300] },
    matches: [{ n: 300 }, '{"n":300.0}', '{"n":3e2}', '{"n":3.0E+2}', '{"n":[1,300.000]}'],
    rejects: [{ n: '300' }, { n: 300.1 }, { n: -300 }, '{"n":3e3}'],
  },
  {
    name: 'and however the pattern writes it',
    pattern: '{"n":[0.30e3]}',
    matches: [{ n: 300 }, '{"n":300}'],
    rejects: [{ n: 30 }],
  },
  {
    name: 'minus zero is zero',
    pattern: '{"n":[-0]}',
    matches: [{ n: 0 }, { n: -0 }, '{"n":0.0}', '{"n":-0.0e5}'],
    rejects: [{ n: '0' }, { n: null }],
  },
  {
    name: 'numbers that no float holds match as they are written only',
    pattern: '{"n":[37.807807921694092]}',
    matches: ['{"n":37.807807921694092}'],
    rejects: ['{"n":37.80780792169409}', '{"n":37.8078079216940920}'],
  },
  {
    name: 'so do integers beyond a float',
    pattern: '{"n":[12345678901234567891]}',
    matches: ['{"n":12345678901234567891}', '{"n":[0,12345678901234567891]}'],
    rejects: ['{"n":12345678901234567890}', '{"n":12345678901234567168}'],
  },
  {
    name: 'account numbers are within a float',
    pattern: { account: [123456789012] },
    matches: [{ account: 123456789012 }, '{"account":1.23456789012e11}'],
    rejects: [{ account: '123456789012' }],
  },
  {
    name: 'numeric ranges leave their open ends out',
    pattern: { n: [{ numeric: ['>', 0, '<=', 5] }] },
    matches: [{ n: 5 }, { n: 0.000001 }, '{"n":5.0}', '{"n":1e-9}', { n: [-1, 3] }],
    rejects: [{ n: 0 }, { n: 5.000001 }, { n: '3' }, { n: null }, { n: true }, {}, { n: [-1, 6] }],
  },
  {
    name: 'numeric ranges keep their closed ends in',
    pattern: { n: [{ numeric: ['>=', -1.5, '<', 1e3] }] },
    matches: [{ n: -1.5 }, { n: 999.999 }],
    rejects: [{ n: -1.500001 }, { n: 1000 }],
  },
  {
    name: 'one bound is enough',
    pattern: { n: [{ numeric: ['<', 10] }] },
    matches: [{ n: -5e9 }, { n: -1e300 }, { n: 9.9 }],
    rejects: [{ n: 10 }, { n: 5e9 }],
  },
  {
    name: 'numbers of any size can be compared',
    pattern: { n: [{ numeric: ['>', 5e11] }] },
    matches: [{ n: 5.00001e11 }, { n: 1.7976931348623157e308 }],
    rejects: [{ n: 5e11 }, { n: 0 }, '{"n":1e400}'],
  },
  {
    name: 'numeric equality',
    pattern: { n: [{ numeric: ['=', 301.8] }] },
    matches: [{ n: 301.8 }, '{"n":3.018e2}'],
    rejects: [{ n: 301.80001 }, { n: '301.8' }],
  },
  {
    name: 'numbers with more digits than a float holds are in no range',
    pattern: { n: [{ numeric: ['>', 0] }] },
    matches: ['{"n":0.1234567890123456}'],
    rejects: ['{"n":0.123456789012345678901}', '{"n":1e-400}'],
  },
  {
    name: 'the smallest number may be written as Java does',
    pattern: '{"n":[{"numeric":["<=",4.9e-324]}]}',
    matches: ['{"n":4.9e-324}', '{"n":5e-324}', '{"n":49e-325}', '{"n":0}'],
    rejects: ['{"n":4.8e-324}', '{"n":9.9e-324}', '{"n":1}'],
  },
];

const strings: Case[] = [
  {
    name: 'prefix is for strings only',
    pattern: { a: [{ prefix: '20' }] },
    matches: [{ a: '20' }, { a: '2026-11-23' }],
    rejects: [{ a: 2026 }, { a: '12026' }, { a: '2' }, { a: null }],
  },
  {
    name: 'an empty prefix asks for any string',
    pattern: { a: [{ prefix: '' }] },
    matches: [{ a: '' }, { a: 'x' }],
    rejects: [{ a: 1 }, { a: null }, { a: true }, {}, { a: [] }],
  },
  {
    name: 'suffix, also of several bytes a character',
    pattern: { a: [{ suffix: 'ß.gz' }] },
    matches: [{ a: 'maß.gz' }, { a: 'ß.gz' }],
    rejects: [{ a: 'mass.gz' }, { a: 'ß.gz ' }, { a: 'ß.GZ' }],
  },
  {
    name: 'an empty suffix asks for any string',
    pattern: { a: [{ suffix: '' }] },
    matches: [{ a: '' }, { a: 'x' }],
    rejects: [{ a: 1 }, { a: false }],
  },
  {
    name: 'equals-ignore-case',
    pattern: { a: [{ 'equals-ignore-case': 'aLicé' }] },
    matches: [{ a: 'alicé' }, { a: 'ALICÉ' }, { a: 'aLicÉ' }],
    rejects: [{ a: 'alice' }, { a: 'alicéé' }, { a: '' }],
  },
  {
    name: 'case forms belong to the operand, one character at a time',
    pattern: { a: [{ 'equals-ignore-case': 'straße' }] },
    matches: [{ a: 'straße' }, { a: 'STRASSE' }, { a: 'STRAßE' }],
    rejects: [{ a: 'strasse' }, { a: 'STRAẞE' }],
  },
  {
    name: 'a character beyond the basic plane cannot be compared without case',
    pattern: { a: [{ 'equals-ignore-case': 'x😀' }] },
    matches: [{ a: 'X??' }],
    rejects: [{ a: 'x😀' }],
  },
  {
    name: 'prefix and suffix without case',
    pattern: {
      a: [{ prefix: { 'equals-ignore-case': 'EventB' } }, { suffix: { 'equals-ignore-case': '.PnG' } }],
    },
    matches: [{ a: 'EVENTBridge' }, { a: 'x.png' }, { a: 'eventb' }],
    rejects: [{ a: 'xeventb' }, { a: 'png' }, { a: '.png.gz' }, { a: 5 }],
  },
  {
    name: 'wildcard stands for anything or nothing',
    pattern: { a: [{ wildcard: 'dir/*.gz' }] },
    matches: [{ a: 'dir/.gz' }, { a: 'dir/a/b.gz' }, { a: 'dir/.gz.gz' }, { a: 'dir/\n.gz' }],
    rejects: [{ a: 'dir.gz' }, { a: 'xdir/a.gz' }, { a: 'dir/a.gzip' }, { a: 5 }],
  },
  {
    name: 'wildcard pieces do not overlap',
    pattern: { a: [{ wildcard: 'ab*ba' }, { wildcard: '*x*x' }] },
    matches: [{ a: 'abba' }, { a: 'abcba' }, { a: 'xx' }, { a: 'axbxcx' }],
    rejects: [{ a: 'aba' }, { a: 'x' }, { a: 'xy' }],
  },
  {
    name: 'wildcard of one asterisk takes any string',
    pattern: { a: [{ wildcard: '*' }] },
    matches: [{ a: '' }, { a: 'x' }],
    rejects: [{ a: 1 }, { a: null }, {}],
  },
  {
    name: 'wildcard escapes, and no other sign has a meaning',
    pattern: { a: [{ wildcard: 'a\\*b\\\\*?[x]' }] },
    matches: [{ a: 'a*b\\?[x]' }, { a: 'a*b\\zz?[x]' }],
    rejects: [{ a: 'aXb\\?[x]' }, { a: 'a*b\\qx' }],
  },
  {
    name: 'wildcard without an asterisk is equality',
    pattern: { a: [{ wildcard: '' }, { wildcard: 'abc' }] },
    matches: [{ a: '' }, { a: 'abc' }],
    rejects: [{ a: 'abcd' }],
  },
];

const anythingBut: Case[] = [
  {
    name: 'anything-but a string takes every other value that is there',
    pattern: { a: [{ 'anything-but': 'x' }] },
    matches: [{ a: 'y' }, { a: '' }, { a: 1 }, { a: null }, { a: false }, { a: 'X' }],
    rejects: [{ a: 'x' }, {}, { a: [] }, { a: {} }, { a: { b: 'y' } }],
  },
  {
    name: 'of a list one element that passes is enough',
    pattern: { a: [{ 'anything-but': ['x', 'y'] }] },
    matches: [{ a: ['x', 'z'] }, { a: [['z']] }],
    rejects: [{ a: ['x', 'y'] }, { a: 'y' }],
  },
  {
    name: 'anything-but numbers compares numbers, not text',
    pattern: { a: [{ 'anything-but': [5, 7e1] }] },
    matches: [{ a: 6 }, { a: '5' }, { a: null }, '{"a":5.0000000000000000001}'],
    rejects: [{ a: 5 }, '{"a":5.0}', '{"a":70}', '{"a":[5,70]}'],
  },
  {
    name: 'anything-but the empty string',
    pattern: { a: [{ 'anything-but': '' }] },
    matches: [{ a: ' ' }, { a: null }, { a: 0 }],
    rejects: [{ a: '' }, {}],
  },
  {
    name: 'anything-but prefixes',
    pattern: { a: [{ 'anything-but': { prefix: ['us-', 'eu-'] } }] },
    matches: [{ a: 'ap-1' }, { a: 'us' }, { a: 5 }, { a: null }],
    rejects: [{ a: 'us-1' }, { a: 'eu-' }, {}],
  },
  {
    name: 'anything-but one suffix',
    pattern: { a: [{ 'anything-but': { suffix: '.png' } }] },
    matches: [{ a: 'x.PNG' }, { a: 'png' }],
    rejects: [{ a: '.png' }, { a: 'x.png' }],
  },
  {
    name: 'anything-but without case',
    pattern: { a: [{ 'anything-but': { 'equals-ignore-case': ['init', ''] } }] },
    matches: [{ a: 'inits' }, { a: 1 }],
    rejects: [{ a: 'INIT' }, { a: '' }],
  },
  {
    name: 'anything-but wildcards',
    pattern: { a: [{ 'anything-but': { wildcard: ['*/lib/*', '*.tmp'] } }] },
    matches: [{ a: '/usr/bin/x' }, { a: 5 }],
    rejects: [{ a: '/usr/lib/x' }, { a: 'x.tmp' }, {}],
  },
];

const presence: Case[] = [
  {
    name: 'exists asks for a leaf: null is one, an object and an empty list are not',
    pattern: { a: [{ exists: true }] },
    matches: [{ a: null }, { a: '' }, { a: [1] }, { a: [[0]] }],
    rejects: [{}, { a: {} }, { a: { b: 1 } }, { a: [] }, { a: [{}] }, { a: [{ b: 1 }] }],
  },
  {
    name: 'exists false is the opposite of it',
    pattern: { a: [{ exists: false }] },
    matches: [{}, { a: {} }, { a: { b: 1 } }, { a: [] }, { b: 1 }],
    rejects: [{ a: null }, { a: [1] }, { a: '' }],
  },
  {
    name: 'what is absent may miss its parents too',
    pattern: { detail: { a: { b: [{ exists: false }] } } },
    matches: [{}, { detail: 'x' }, { detail: null }, { detail: { a: 1 } }, { detail: { a: { c: 1 } } }],
    rejects: [{ detail: { a: { b: 0 } } }, { detail: [{ a: { b: 0 } }] }],
  },
  {
    name: 'absent, or of some value',
    pattern: { a: [{ exists: false }, 'x'] },
    matches: [{}, { a: 'x' }],
    rejects: [{ a: 'y' }, { a: null }],
  },
];

const addresses: Case[] = [
  {
    name: 'cidr of version 4, its host bits ignored',
    pattern: { ip: [{ cidr: '10.0.1.77/24' }] },
    matches: [{ ip: '10.0.1.0' }, { ip: '10.0.1.255' }, { ip: ['x', '10.0.1.9'] }],
    rejects: [
      { ip: '10.0.2.0' },
      { ip: '10.0.0.255' },
      { ip: '10.0.1' },
      { ip: 'x' },
      { ip: '10.0.1.256' },
      {},
    ],
  },
  {
    name: 'cidr of an odd number of bits',
    pattern: { ip: [{ cidr: '220.160.153.171/31' }] },
    matches: [{ ip: '220.160.153.170' }, { ip: '220.160.153.171' }],
    rejects: [{ ip: '220.160.153.169' }, { ip: '220.160.153.172' }],
  },
  {
    name: 'cidr of version 6',
    pattern: { ip: [{ cidr: '2001:db8::ff00:42:8329/24' }] },
    matches: [{ ip: '2001:d00::' }, { ip: '2001:0dff:ffff:ffff:ffff:ffff:ffff:ffff' }],
    rejects: [{ ip: '2001:e00::' }, { ip: '2001:cff::1' }, { ip: '10.0.0.1' }, { ip: '2001:db8' }],
  },
  {
    name: 'an address as a plain value matches it in any spelling',
    pattern: { ip: ['::1', '192.0.2.10'] },
    matches: [{ ip: '0:0:0:0:0:0:0:1' }, { ip: '192.000.02.10' }, { ip: '::ffff:c000:20a' }],
    rejects: [{ ip: '::2' }, { ip: '192.0.2.1' }, { ip: 'x' }],
  },
  {
    name: 'what only looks like an address is a string',
    pattern: { at: ['08:23', '300.1.1.1'] },
    matches: [{ at: '08:23' }, { at: '300.1.1.1' }],
    rejects: [{ at: '8:23' }],
  },
  {
    name: 'an address stays a string for what asks for strings',
    pattern: { ip: [{ cidr: '10.0.0.0/8' }, { prefix: '192.' }] },
    matches: [{ ip: '10.1.1.1' }, { ip: '192.168.0.1' }, { ip: '192.local' }],
    rejects: [{ ip: '172.16.0.1' }, { ip: 'x' }],
  },
  {
    name: 'addresses and numbers get on in one list',
    pattern: { ip: [{ cidr: '10.0.0.0/8' }, 5, { 'anything-but': { prefix: ['1', 'x'] } }] },
    matches: [{ ip: 5 }, { ip: '10.1.1.1' }, { ip: '2.2.2.2' }, { ip: 6 }],
    rejects: [{ ip: '11.1.1.1' }, { ip: 'x' }],
  },
  {
    name: 'only strings are addresses',
    pattern: { ip: [{ cidr: '0.0.0.0/0' }] },
    matches: [{ ip: '255.255.255.255' }, { ip: '0.0.0.0' }],
    rejects: [{ ip: 167772161 }, { ip: 5 }, { ip: true }, { ip: null }, { ip: '' }],
  },
];

const or: Case[] = [
  {
    name: '$or at the top',
    pattern: { $or: [{ a: ['x'] }, { b: ['y'], c: ['z'] }] },
    matches: [{ a: 'x' }, { b: 'y', c: 'z' }],
    rejects: [{ b: 'y' }, { a: 'y' }, {}],
  },
  {
    name: '$or beside fields, and below one',
    pattern: { s: [1], detail: { t: [2], $or: [{ a: ['x'] }, { b: [{ exists: false }] }] } },
    matches: [
      { s: 1, detail: { t: 2, a: 'x', b: 1 } },
      { s: 1, detail: { t: 2 } },
    ],
    rejects: [{ s: 1, detail: { t: 2, a: 'y', b: 1 } }, { detail: { t: 2, a: 'x' } }],
  },
  {
    name: 'two $or multiply, nested ones add',
    pattern: {
      $or: [{ a: [1] }, { b: [1], $or: [{ c: [1] }, { d: [1] }] }],
      x: { $or: [{ e: [1] }, { f: [1] }] },
    },
    matches: [
      { a: 1, x: { f: 1 } },
      { b: 1, d: 1, x: { e: 1 } },
    ],
    rejects: [{ a: 1 }, { b: 1, x: { e: 1 } }, { c: 1, x: { e: 1 } }],
  },
  {
    name: 'a field given before and in $or keeps what was written last',
    pattern: '{"a":["1"],"$or":[{"a":["2"]},{"b":["3"]}]}',
    matches: [{ a: '2' }, { a: '1', b: '3' }],
    rejects: [{ a: '1' }, { a: '2x', b: '4' }],
  },
  {
    name: 'and the other way round',
    pattern: '{"$or":[{"a":["2"]},{"b":["3"]}],"a":["1"]}',
    matches: [{ a: '1' }, { a: '1', b: '3' }],
    rejects: [{ a: '2' }, { b: '3' }],
  },
  {
    name: '$or that is not the operator is a field',
    pattern: { $or: { a: ['x'] } },
    matches: [{ $or: { a: 'x' } }],
    rejects: [{ a: 'x' }],
  },
  {
    name: '$or of match expressions is a field, too',
    pattern: { $or: [{ prefix: 'x' }, { numeric: ['>', 1] }] },
    matches: [{ $or: 'xy' }, { $or: 2 }],
    rejects: [{ $or: 1 }, { prefix: 'x' }],
  },
];

const structure: Case[] = [
  {
    name: 'dots in names and levels are one',
    pattern: { detail: { 'a.b': ['x'] } },
    matches: [
      { detail: { a: { b: 'x' } } },
      { detail: { 'a.b': 'x' } },
      { 'detail.a': { b: 'x' } },
      { 'detail.a.b': 'x' },
    ],
    rejects: [{ a: { b: 'x' } }, { detail: { a: 'x' } }],
  },
  {
    name: 'an empty name at the end of a path is only found as a dot at the end of another name',
    pattern: { a: { '': ['x'] } },
    matches: [{ 'a.': 'x' }],
    rejects: [{ a: { '': 'x' } }, { a: 'x' }],
  },
  {
    name: 'also where there is nothing but empty names',
    pattern: { '': { '': ['x'] } },
    matches: [{ '.': 'x' }],
    rejects: [{ '': { '': 'x' } }, { '': 'x' }],
  },
  {
    name: 'a single empty name is a name like any other',
    pattern: { '': ['x'] },
    matches: [{ '': 'x' }],
    rejects: [{ '.': 'x' }, {}],
  },
  {
    name: 'an empty name elsewhere is a name like any other',
    pattern: { '': { a: { '': { b: ['x'] } } } },
    matches: [{ '': { a: { '': { b: 'x' } } } }, { '.a': { '.b': 'x' } }],
    rejects: [{ a: { b: 'x' } }],
  },
  {
    name: 'lists on the way are crushed out',
    pattern: { a: { b: ['x'] } },
    matches: [{ a: [{ b: 'y' }, { b: 'x' }] }, { a: [[{ b: ['z', 'x'] }]] }],
    rejects: [{ a: [{ b: 'y' }] }, { a: ['x'] }, { a: [{ c: 'x' }] }],
  },
  {
    name: 'fields must come from the same element',
    pattern: { employees: { first: ['Anna'], last: ['Jones'] } },
    matches: [
      { employees: [{ first: 'Anna', last: 'Jones' }] },
      { employees: { first: ['Anna'], last: 'Jones' } },
    ],
    rejects: [
      {
        employees: [
          { first: 'Anna', last: 'Smith' },
          { first: 'Peter', last: 'Jones' },
        ],
      },
    ],
  },
  {
    name: 'of nested lists, too',
    pattern: { a: { b: { x: [1], y: [1] }, z: [1] } },
    matches: [{ a: [{ z: 0 }, { z: 1, b: [{ x: 1 }, { x: 1, y: 1 }] }] }],
    rejects: [
      { a: [{ z: 1, b: [{ x: 1 }, { y: 1 }] }] },
      {
        a: [
          { z: 1, b: { x: 1 } },
          { z: 1, b: { y: 1 } },
        ],
      },
      { a: [[{ z: 1 }], [{ b: { x: 1, y: 1 } }]] },
    ],
  },
  {
    name: 'lists side by side know nothing of each other',
    pattern: { a: { x: [1] }, b: { y: [1] } },
    matches: [{ a: [{ x: 0 }, { x: 1 }], b: [{ y: 1 }, { y: 0 }] }],
    rejects: [{ a: [{ x: 1 }], b: [{ y: 0 }] }],
  },
  {
    name: 'scalars of a list belong to its field',
    pattern: { tags: ['x'], kind: ['k'] },
    matches: [{ tags: ['w', 'x'], kind: ['k', 'l'] }],
    rejects: [{ tags: ['w'], kind: ['k'] }],
  },
  {
    name: 'absence is looked for in the element that fields before it have settled on',
    pattern: { a: { c: ['x'], d: [{ exists: false }] } },
    matches: [{ a: [{ c: 'x' }, { d: 1 }] }, { a: { c: 'x' } }],
    rejects: [{ a: [{ c: 'x', d: 1 }, { c: 'y' }] }],
  },
  {
    name: 'fields go by their names: one that comes first is looked for everywhere',
    pattern: { a: { b: [{ exists: false }], c: ['x'] } },
    matches: [{ a: [{ c: 'x' }] }],
    rejects: [{ a: [{ c: 'x' }, { b: 1 }] }],
  },
  {
    name: 'a field can be asked for as a value and as an object at once',
    pattern: '{"a":["x"],"a":{"b":["y"]}}',
    matches: [{ a: ['x', { b: 'y' }] }],
    rejects: [{ a: 'x' }, { a: { b: 'y' } }],
  },
  {
    name: 'of a name that the pattern repeats the last stands',
    pattern: '{"a":["x"],"a":["y"]}',
    matches: [{ a: 'y' }],
    rejects: [{ a: 'x' }],
  },
  {
    name: 'of a name that the event repeats all count',
    pattern: { a: ['x'] },
    matches: ['{"a":"x","a":"y"}', '{"a":"y","a":"x"}', '{"b":0,"a":{},"a":["x"],"a":1}'],
    rejects: ['{"a":"y","a":"z"}'],
  },
];

export const cases: Record<string, Case[]> = {
  exact,
  numbers,
  strings,
  anythingBut,
  presence,
  addresses,
  or,
  structure,
};
