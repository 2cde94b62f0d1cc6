import { describe, expect, test } from 'vitest';
import { chainFile, check, tell, twoSteps } from './chains.ts';

const mistakesOf = async (...given: Parameters<typeof check>) => tell((await check(...given)).mistakes);

test('a chain without mistakes', async () => {
  expect(await mistakesOf(twoSteps())).toEqual([]);
});

describe('each mistake is told with its place and what to write instead', () => {
  test.each<[string, string, string]>([
    [
      'a service that there is not',
      twoSteps({ service: 'csv-to-parket' }),
      'chain.yml:10:14: There is no service csv-to-parket; expected csv-to-parquet [unknown-service]',
    ],
    [
      'an outcome that there is not',
      twoSteps({ after: 'to-tsv.complete' }),
      'chain.yml:11:12: A step has no outcome complete; expected completed [unknown-outcome]',
    ],
    [
      'a step that there is not',
      twoSteps({ after: 'to-tvs' }),
      'chain.yml:11:12: There is no step to-tvs to come after; expected to-tsv [unknown-step]',
    ],
    [
      'an option that the service does not have',
      twoSteps({ options: '{ dialect: { delimeter: "," } }' }),
      'chain.yml:12:27: Options of csv-to-parquet: There is no dialect.delimeter; expected delimiter [unknown-option]',
    ],
    [
      'a value that an option does not take',
      twoSteps({ options: '{ badCells: skip }' }),
      'chain.yml:12:26: Options of csv-to-parquet: badCells: Invalid option: expected one of "reject"|"null"; got "skip" [bad-option]',
    ],
    [
      'a kind of file that the next step does not read',
      twoSteps({
        after: 'to-tsv',
        service: 'fixed-width-to-tsv',
        options: '{ layout: { fields: [{ name: a, width: 1 }] } }',
      }).replace(
        'fixed-width-to-tsv\n    options: { layout: { fields: [{ name: day',
        'csv-to-parquet #\n    options: {} #',
      ),
      'chain.yml:11:12: fixed-width-to-tsv does not read what to-tsv (csv-to-parquet) writes; expected a step that writes text/plain, or a service that reads application/vnd.apache.parquet; got application/vnd.apache.parquet [media-type-mismatch]',
    ],
    [
      'a dialect that the step before does not write',
      twoSteps({ options: '{ dialect: { delimiter: ";" } }' }),
      'chain.yml:12:38: to-parquet is to read a table whose delimiter is ";", but to-tsv writes "\\t"; expected no delimiter, as the event of to-tsv tells it, or "\\t" [dialect-mismatch]',
    ],
    [
      'a column that the layout does not give',
      twoSteps({ options: '{ schema: { fields: [{ name: summ, type: integer }] } }' }),
      'chain.yml:12:14: to-parquet needs a column "summ", which to-tsv does not write; expected sum [missing-column]',
    ],
    [
      'steps in a circle',
      twoSteps().replace(
        'service: fixed-width-to-tsv',
        'service: fixed-width-to-tsv\n    after: to-parquet.rejected',
      ),
      'chain.yml:7:12: Steps follow one another in a circle: to-tsv -> to-parquet -> to-tsv; expected a step without `after`, which starts at the source, before all others [cycle]',
    ],
    [
      'an output that would start the chain again',
      twoSteps({ source: '{ bucket: lake, prefix: parquet/ }' }),
      'chain.yml:13:23: What to-parquet writes to s3://lake/parquet/*.parquet would start the chain again; expected a prefix apart from that of the source, another bucket, or `source.suffixes` or a `when` that no output meets; got source s3://lake/parquet/* [s3-loop]',
    ],
    [
      'a field that the event does not have',
      twoSteps({ when: '{ detail: { rowz: [{ numeric: [">", 0] }] } }' }),
      'chain.yml:12:23: detail.rowz is not in the event of a step that has completed, so that the step would never start; expected rows [unknown-event-field]',
    ],
    [
      'a pattern that contradicts the rule',
      twoSteps({ when: '{ detail: { outcome: [skipped] } }' }),
      'chain.yml:12:32: detail.outcome asks for what the step\'s own rule does not let through, so that it would never start; expected some of ["completed","repeated"] [never-matches]',
    ],
    [
      'a pattern that EventBridge refuses',
      twoSteps({ when: '{ detail: { rows: [{ numeric: ["=>", 0] }] } }' }),
      'chain.yml:12:11: Unrecognized numeric range operator: =>',
    ],
    [
      'a placeholder that there is not',
      twoSteps({ prefix: 'p/{day_of_week}/' }),
      'chain.yml:13:23: The folder of the output has a placeholder that there is not; expected {date} {year} {month} {day} {hour} {folder} {name} {1} {9}; got {day_of_week} [bad-output-folder]',
    ],
    [
      'a param that the stage lacks',
      twoSteps({ prefix: '$' + '{param:folder}/' }),
      'chain.yml:13:23: There is no param folder for stage dev; expected it under params.default or params.dev, or --param=folder=VALUE [missing-param]',
    ],
    [
      'a name that is given twice',
      twoSteps({ options: '{ badCells: null, badCells: reject }' }),
      'chain.yml:12:32: Map keys must be unique [duplicate-key]',
    ],
    [
      'an alias for what it is in',
      'chain: &a [*a]\n',
      'chain.yml:1:1: An alias stands for what it is in [not-yaml]',
    ],
    [
      'aliases of aliases of aliases',
      `a: &a [x]\n${[...'bcdefgh'].map((c, i) => `${c}: &${c} [${Array(9).fill(`*${'abcdefg'[i]}`)}]\n`).join('')}`,
      'Excessive alias count',
    ],
    ['lists in each other without end', '['.repeat(50_000), 'not-yaml'],
    [
      'a file of 9 MB',
      '#'.repeat(9_000_000),
      'The file is too large; expected <= 8388608 characters; got 9000000 [file-too-large]',
    ],
    [
      'more steps than a bus has rules',
      `chain: a\nsource: { bucket: landing, prefix: in/ }\noutput: { bucket: lake }\nsteps:\n${Array.from({ length: 101 }, (_, i) => `  s${'abcdefghij'[Math.floor(i / 26)]}${'abcdefghijklmnopqrstuvwxyz'[i % 26]}: { service: csv-to-csv, output: { prefix: o${i}/ } }\n`).join('')}`,
      'too-many-steps',
    ],
    [
      'a way of more steps than a run may have',
      `chain: a\nsource: { bucket: landing, prefix: in/ }\noutput: { bucket: lake }\nsteps:\n${Array.from({ length: 33 }, (_, i) => `  ${'ab'[Math.floor(i / 26)]}${'abcdefghijklmnopqrstuvwxyz'[i % 26]}: { service: csv-to-csv, ${i > 0 ? `after: ${'ab'[Math.floor((i - 1) / 26)]}${'abcdefghijklmnopqrstuvwxyz'[(i - 1) % 26]}, ` : ''}output: { prefix: o${i}/ } }\n`).join('')}`,
      'too-many-hops',
    ],
    [
      'several files, of which the next step would have to read one',
      `${twoSteps({ options: '{ output: { partitionBy: [day] } }' })}\n  again:\n    service: csv-to-parquet\n    after: to-parquet\n    output: { prefix: again/ }`,
      'chain.yml:16:12: to-parquet writes several files at once, as partitions or by size, and a step reads one; expected a chain of its own, which each of the files starts: source: { bucket: lake, prefix: parquet/, suffixes: [.parquet] }; or this step before to-parquet [several-files]',
    ],
    [
      'a table to refer to that is no object',
      twoSteps({
        service: 'schema-validator',
        options: '{ schema: { fields: [{ name: day }] }, references: { days: days.csv } }',
      }),
      'chain.yml:12:73: to-parquet cannot read the table that days stands for; expected s3://BUCKET/KEY; got "days.csv" [reference-unusable]',
    ],
    [
      'two steps that write one object',
      `${twoSteps()}\n  again:\n    service: csv-to-parquet\n    after: to-tsv\n    output: { prefix: parquet/ }`,
      'chain.yml:17:23: again and to-parquet may start by the same event and write the same objects; expected a prefix of its own, or a `when` in both that no event meets together; got s3://lake/parquet/ [same-output]',
    ],
  ])('%s', async (_name, text, expected) => {
    expect((await mistakesOf(text)).join('\n')).toContain(expected);
  });

  test('in a file of options it stands in that file', async () => {
    const text = twoSteps({ options: '{ schema: { $file: drives.json } }' });
    const beside = { 'drives.json': '{\n  "fields": [\n    { "name": "day", "type": "dat" }\n  ]\n}' };
    expect((await mistakesOf(text, { beside })).join('\n')).toMatch(
      /^drives\.json:3:\d+: Options of csv-to-parquet: schema/,
    );
    expect(await mistakesOf(text)).toEqual([
      'chain.yml:12:24: The file drives.json is not there; expected a path relative to chain.yml [no-such-file]',
    ]);
  });

  test('params of a stage that is not the one at hand', async () => {
    const text = `params:\n  prod: { lake: corp }\n  test: {}\n${twoSteps()}`;
    expect(await mistakesOf(text)).toEqual([
      'chain.yml:3:3: Stage test has no param lake, which other stages have; expected it under params.test or params.default [missing-param]',
    ]);
  });
});

describe('across chains', () => {
  const chain = (name: string, bucket: string, prefix: string, out: string, shared = false) =>
    chainFile(
      [
        `chain: ${name}`,
        `source: { bucket: ${bucket}, prefix: '${prefix}', shared: ${shared} }`,
        'steps:',
        '  only:',
        '    service: csv-to-parquet',
        `    output: { bucket: lake, prefix: '${out}' }`,
      ].join('\n'),
      {},
      `${name}.yml`,
    );

  test('a loop goes through all of them', async () => {
    const files = [
      chain('a', 'lake', 'in/', 'b/'),
      chain('b', 'lake', 'b/', 'c/'),
      chain('c', 'lake', 'c/x/', 'in/'),
    ];
    expect(await mistakesOf(files)).toEqual([
      expect.stringContaining(
        'a.yml:6:37: What only writes to s3://lake/b/ comes back to this chain through others: a -> b -> c -> a',
      ),
      expect.stringContaining('b -> c -> a -> b'),
      expect.stringContaining('c -> a -> b -> c'),
    ]);
    expect(await mistakesOf(files.slice(0, 2))).toEqual([]);
  });

  test('sources that overlap would process a file twice, unless that is meant', async () => {
    expect(
      await mistakesOf([chain('a', 'landing', 'in/', 'a/'), chain('b', 'landing', 'in/x/', 'b/')]),
    ).toEqual([
      'b.yml:2:9: Chain a takes objects of the same source: they would be processed twice; expected another prefix, other suffixes or a `when` that tells them apart, or `shared: true` in both sources if that is meant; got s3://landing/in/x/* here, s3://landing/in/* there [overlapping-sources]',
    ]);
    expect(
      await mistakesOf([
        chain('a', 'landing', 'in/', 'a/', true),
        chain('b', 'landing', 'in/x/', 'b/', true),
      ]),
    ).toEqual([]);
  });

  const onlyWhen = (when: string, ...given: Parameters<typeof chain>) => {
    const file = chain(...given);
    return { ...file, text: file.text.replace('  only:', `  only:\n    when: ${when}`) };
  };

  test('a `when` that no event meets together with that of the other chain tells sources apart', async () => {
    const big = '{ detail: { object: { size: [{ numeric: [">", 1000] }] } } }';
    const small = '{ detail: { object: { size: [{ numeric: ["<=", 1000] }] } } }';
    const a = (when: string) => onlyWhen(when, 'a', 'landing', 'in/', 'a/');
    const b = (when: string) => onlyWhen(when, 'b', 'landing', 'in/', 'b/');
    expect(await mistakesOf([a(big), b(small)])).toEqual([]);
    expect(await mistakesOf([a(big), b(big)])).toEqual([expect.stringContaining('overlapping-sources')]);
    expect(await mistakesOf([a(big), chain('b', 'landing', 'in/', 'b/')])).toEqual([
      expect.stringContaining('overlapping-sources'),
    ]);
    // Of several steps at the source, one is enough.
    const two = a(big);
    const more = "\n  more:\n    service: csv-to-csv\n    output: { bucket: lake, prefix: 'more/' }";
    expect(await mistakesOf([{ ...two, text: two.text + more }, b(small)])).toEqual([
      expect.stringContaining('overlapping-sources'),
    ]);
  });

  test('a `when` on the key may keep what is written from starting a chain again, one on the size does not', async () => {
    const key = (pattern: string) => `{ detail: { object: { key: [${pattern}] } } }`;
    const text = '{ wildcard: "in/*.csv" }';
    const self = (when: string) => [onlyWhen(when, 'a', 'lake', 'in/', 'in/')];
    expect(await mistakesOf(self(key(text)))).toEqual([]);
    expect(await mistakesOf(self('{ detail: { object: { size: [{ numeric: [">", 1] }] } } }'))).toEqual([
      expect.stringContaining('s3-loop'),
    ]);
    const round = (when: string) => [
      onlyWhen(when, 'a', 'lake', 'in/', 'b/'),
      chain('b', 'lake', 'b/', 'in/'),
    ];
    expect(await mistakesOf(round(key(text)))).toEqual([]);
    expect(await mistakesOf(round(key('{ wildcard: "in/*.parquet" }')))).toHaveLength(2);
  });

  test('files of a step that writes several start another chain, one run each', async () => {
    const parts = chainFile(
      [
        'chain: parts',
        'source: { bucket: landing, prefix: in/ }',
        'steps:',
        '  split:',
        '    service: split-by-column',
        '    options: { by: [region] }',
        '    output: { bucket: lake, prefix: parts/ }',
      ].join('\n'),
      {},
      'parts.yml',
    );
    const each = chain('each', 'lake', 'parts/', 'parquet/');
    const text = each.text.replace("'parts/'", 'parts/, suffixes: [.csv.gz]');
    expect(await mistakesOf([parts, { ...each, text }])).toEqual([]);
  });

  test('what all chains of a service grant its role must fit into it', async () => {
    const wide = (name: string, steps: number) =>
      chainFile(
        [
          `chain: ${name}`,
          `source: { bucket: landing, prefix: ${name}/ }`,
          'output: { bucket: lake }',
          'steps:',
          ...Array.from({ length: steps }, (_, index) => [
            `  step-${String.fromCharCode(97 + index)}:`,
            '    service: csv-to-parquet',
            `    output: { prefix: ${name}/${'long-'.repeat(12)}${index}/ }`,
          ]).flat(),
        ].join('\n'),
        {},
        `${name}.yml`,
      );
    expect(await mistakesOf([wide('one', 20)])).toEqual([]);
    const mistakes = await mistakesOf([wide('one', 20), wide('two', 20)]);
    expect(mistakes).toHaveLength(1);
    expect(mistakes[0]).toMatch(
      /^two\.yml:6:14: The role of csv-to-parquet has no room .* got \d+: one \d+, two \d+ \[role-policies-too-long\]$/,
    );
  });
});

test('steps of one event may share a place where their `when` exclude each other', async () => {
  const pair = (first: string, second: string) =>
    `${twoSteps({ when: first })}\n  again:\n    service: csv-to-parquet\n    after: to-tsv\n    when: ${second}\n    output: { prefix: parquet/ }`;
  const rows = (range: string) => `{ detail: { rows: [{ numeric: [${range}] }] } }`;
  expect(await mistakesOf(pair(rows('"<", 10'), rows('">=", 10')))).toEqual([]);
  expect(await mistakesOf(pair(rows('"<", 10'), rows('">=", 5')))).toEqual([
    expect.stringContaining('[same-output]'),
  ]);
  // Of several outputs, one may be this and another that.
  const media = (type: string) => `{ detail: { outputs: { mediaType: [${type}] } } }`;
  expect(await mistakesOf(pair(media('text/csv'), media('text/plain')))).toEqual([
    expect.stringContaining('[same-output]'),
  ]);
});
