import { describe, expect, test } from 'vitest';
import { bad, tryCast } from './try-cast.ts';

describe('string and any', () => {
  test.each(['', ' ', 'string', '  kept as it is\n', 'null', '\0'])('%j', (text) => {
    expect(tryCast({ type: 'string' }, text)).toBe(text);
    expect(tryCast({}, text)).toBe(text);
  });

  test.each(['name@gmail.com', 'first.last+tag@sub.example.co.uk', 'jörg@exämple.de', "o'neil@example.ie"])(
    'email %j',
    (text) => expect(tryCast({ type: 'string', format: 'email' }, text)).toBe(text),
  );
  test.each([
    'http://google.com',
    'string',
    '',
    'a@b',
    'a@@b.c',
    '@b.c',
    'a@.c',
    'a@b.',
    '.a@b.c',
    'a..b@c.de',
    'a b@c.de',
    ' a@b.cd',
    'a@-b.cd',
    `${'a'.repeat(250)}@b.cd`,
  ])('no email %j', (text) => expect(tryCast({ type: 'string', format: 'email' }, text)).toEqual(bad));

  test.each([
    'http://google.com',
    'https://user:pw@example.com:8080/a/b;c?q=1&r=%20#top',
    'ftp://[2001:db8::7]/c',
    'mailto:a@b.c',
    'urn:isbn:0451450523',
    'file:///etc/hosts',
    'tel:+1-816-555-1212',
  ])('uri %j', (text) => expect(tryCast({ type: 'string', format: 'uri' }, text)).toBe(text));
  test.each([
    '://no-scheme.test',
    'string',
    '',
    '1http://a',
    'http://a b',
    'http://a/%zz',
    'http://a#b#c',
    'http://ä',
    'http://[zz]/',
    '//a/b',
  ])('no uri %j', (text) => expect(tryCast({ type: 'string', format: 'uri' }, text)).toEqual(bad));

  test('uuid', () => {
    const bytes = Uint8Array.from(Buffer.from('95ecc380afe911e49b6c751b66dd541e', 'hex'));
    const field = { type: 'string', format: 'uuid' };
    expect(tryCast(field, '95ecc380-afe9-11e4-9b6c-751b66dd541e')).toEqual(bytes);
    expect(tryCast(field, '95ECC380-AFE9-11E4-9B6C-751B66DD541E')).toEqual(bytes);
    for (const text of [
      '95ecc380afe911e49b6c751b66dd541e',
      '95ecc380-afe9-11e4-9b6c-751b66dd541',
      '',
      '{…}',
    ]) {
      expect(tryCast(field, text)).toEqual(bad);
    }
  });

  test('binary', () => {
    const field = { type: 'string', format: 'binary' };
    expect(tryCast(field, 'dGVzdA==')).toEqual(new TextEncoder().encode('test'));
    expect(tryCast(field, '')).toEqual(new Uint8Array());
    for (const text of ['string', '!!!!', 'dGVzdA', 'dGVz dA==', 'dGVzdB==', 'dGVzdA===', '-_-_']) {
      expect(tryCast(field, text)).toEqual(bad);
    }
  });
});

describe('boolean', () => {
  test.each([
    [{}, 'true', true],
    [{}, 'True', true],
    [{}, 'TRUE', true],
    [{}, '1', true],
    [{}, 'false', false],
    [{}, 'False', false],
    [{}, 'FALSE', false],
    [{}, '0', false],
    [{}, 't', bad],
    [{}, 'YES', bad],
    [{}, ' true', bad],
    [{}, '', bad],
    [{ trueValues: ['yes'] }, 'yes', true],
    [{ trueValues: ['yes'] }, 'Yes', bad],
    [{ trueValues: ['yes'] }, 'true', bad],
    [{ trueValues: ['yes'] }, 'false', false],
    [{ falseValues: ['no'] }, 'no', false],
    [{ falseValues: ['no'] }, '0', bad],
  ])('%j %j', (field, text, value) => expect(tryCast({ type: 'boolean', ...field }, text)).toEqual(value));
});

describe('JSON', () => {
  test('object and array keep their text', () => {
    expect(tryCast({ type: 'object' }, '{"a": 12345678901234567890.10}')).toBe(
      '{"a": 12345678901234567890.10}',
    );
    expect(tryCast({ type: 'object' }, ' {} ')).toBe(' {} ');
    expect(tryCast({ type: 'array' }, '[1, 2]')).toBe('[1, 2]');
  });
  test.each(['', '[]', 'null', '1', '"a"', '{', '{a: 1}', "{'a': 1}", '{}{}', 'NaN'])(
    'no object %j',
    (text) => {
      expect(tryCast({ type: 'object' }, text)).toEqual(bad);
    },
  );
  test.each(['', '{}', 'null', '[1,]', '[', '['.repeat(1_000_000)])('no array %#', (text) => {
    expect(tryCast({ type: 'array' }, text)).toEqual(bad);
  });

  test.each([
    '{"type": "Point", "coordinates": [0, 0]}',
    '{"type": "Feature", "geometry": null, "properties": {"\\u00c3": "\\u00c3"}}',
    '{"type": "FeatureCollection", "features": []}',
    '{"type": "GeometryCollection", "geometries": []}',
    '{"type": "Point", "coordinates": [0, 0, 8.5]}',
    '{"type": "Point", "coordinates": []}',
    '{"type": "MultiPoint", "coordinates": [[0, 0]]}',
    '{"type": "LineString", "coordinates": [[0, 0], [1, 1]]}',
    '{"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 0]]]}',
    '{"type": "MultiPolygon", "coordinates": [[[[0, 0], [1, 0], [1, 1], [0, 0]]]]}',
    '{"type": "Feature", "geometry": {"type": "Point", "coordinates": [0, 0]}, "properties": null, "id": 1}',
    '{"type": "FeatureCollection", "features": [{"type": "Feature", "geometry": null, "properties": {}}]}',
    '{"type": "GeometryCollection", "geometries": [{"type": "Point", "coordinates": [0, 0]}]}',
  ])('geojson %j', (text) => expect(tryCast({ type: 'geojson' }, text)).toBe(text));
  test.each([
    '{}',
    '[]',
    '',
    'string',
    '3.14',
    '{"type": "Point"}',
    '{"type": "Circle", "coordinates": []}',
    '{"type": "Feature"}',
    '{"type": "Point", "coordinates": [0]}',
    '{"type": "Point", "coordinates": ["0", "0"]}',
    '{"type": "Point", "coordinates": [[0, 0]]}',
    '{"type": "LineString", "coordinates": [[0, 0]]}',
    '{"type": "LineString", "coordinates": [0, 0]}',
    '{"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [0, 0]]]}',
    '{"type": "Feature", "geometry": {"type": "Feature", "geometry": null, "properties": null}, "properties": null}',
    '{"type": "Feature", "geometry": {"type": "Point"}, "properties": {}}',
    '{"type": "FeatureCollection", "features": [{"type": "Point", "coordinates": [0, 0]}]}',
    '{"type": "GeometryCollection", "geometries": [{}]}',
    `${'{"type":"GeometryCollection","geometries":['.repeat(100_000)}${']}'.repeat(100_000)}`,
  ])('no geojson %.80s', (text) => expect(tryCast({ type: 'geojson' }, text)).toEqual(bad));
  test('topojson', () => {
    const field = { type: 'geojson', format: 'topojson' };
    for (const text of [
      '{"type": "LineString", "arcs": [42]}',
      '{"type":"Topology","objects":{},"arcs":[]}',
      '{"type":"Topology","objects":{"a":{"type":"Polygon","arcs":[[0,-1]]}},"arcs":[[[0,0],[3,-2]]]}',
      '{"type":"Topology","objects":{"a":{"type":"Point","coordinates":[4,5]},"b":{"type":null}},"arcs":[]}',
      '{"type":"GeometryCollection","geometries":[{"type":"MultiPolygon","arcs":[[[0],[1]]]}]}',
    ]) {
      expect(tryCast(field, text)).toBe(text);
    }
    for (const text of [
      '{"type": null}',
      '{"type": "LineString"}',
      '{"type": "LineString", "arcs": [[42]]}',
      '{"type": "Polygon", "arcs": [42]}',
      '{"type": "Point", "coordinates": [1]}',
      '{"type":"GeometryCollection","geometries":[{"type":"LineString","coordinates":[[1,0],[2,1]]}]}',
      '{"type":"Topology"}',
      '{"type":"Topology","objects":{"a":{"type":"LineString"}},"arcs":[]}',
      '{"type":"Topology","objects":{},"arcs":[[[0,0]]]}',
      'string',
      '3.14',
      '',
    ]) {
      expect(tryCast(field, text)).toEqual(bad);
    }
  });
});

describe('list', () => {
  test.each([
    [{}, 'value1,value2', '["value1","value2"]'],
    [{}, 'value1', '["value1"]'],
    [{}, 'value1,,value3', '["value1","","value3"]'],
    [{}, 'say "hi", ok', '["say \\"hi\\""," ok"]'],
    [{}, '', '[]'],
    [{ delimiter: ';' }, 'a;b,c', '["a","b,c"]'],
    [{ delimiter: '||' }, 'a||b', '["a","b"]'],
    [{ itemType: 'integer' }, '1,02,-3', '[1,2,-3]'],
    [{ itemType: 'integer' }, '2  ,  3', '[2,3]'],
    [{ itemType: 'integer' }, '9223372036854775807', '[9223372036854775807]'],
    [{ itemType: 'integer' }, '1,2,', bad],
    [{ itemType: 'integer' }, '1,bad,3', bad],
    [{ itemType: 'number' }, '1.50,.5,+2,1e3', '[1.50,0.5,2,1e3]'],
    [{ itemType: 'number' }, '1,NaN', bad],
    [{ itemType: 'boolean' }, 'true,False,1', '[true,false,true]'],
    [{ itemType: 'boolean' }, 'true,no', bad],
    [{ itemType: 'date' }, '2024-01-26,2024-02-29', '["2024-01-26","2024-02-29"]'],
    [{ itemType: 'date' }, '21/11/2006', bad],
    [{ itemType: 'time' }, '06:00:00', '["06:00:00"]'],
    [{ itemType: 'datetime' }, '2024-01-26T15:00:00Z', '["2024-01-26T15:00:00Z"]'],
    [{ itemType: 'datetime' }, '2024-01-26', bad],
  ])('%j %j', (field, text, value) => expect(tryCast({ type: 'list', ...field }, text)).toEqual(value));
});

describe('geopoint', () => {
  test.each([
    ['default', '90.50, 45.50', '[90.50,45.50]'],
    ['default', '180,-90', '[180,-90]'],
    ['default', '.5,+1.', '[0.5,1]'],
    ['default', '181,90', bad],
    ['default', '0,91', bad],
    ['default', '0,0,0', bad],
    ['default', '3.14', bad],
    ['default', 'a,b', bad],
    ['default', '[1,2]', bad],
    ['default', '', bad],
    ['array', '[180, -90]', '[180, -90]'],
    ['array', '[181, 0]', bad],
    ['array', '[1, 2, 3]', bad],
    ['array', '["1", "2"]', bad],
    ['array', '180,90', bad],
    ['object', '{"lon": 180, "lat": 90}', '{"lon": 180, "lat": 90}'],
    ['object', '{"lon": 180, "lat": -91}', bad],
    ['object', '{"lon": 180, "lat": 1, "alt": 2}', bad],
    ['object', '[180, -90]', bad],
  ])('%s %j', (format, text, value) => expect(tryCast({ type: 'geopoint', format }, text)).toEqual(value));
});
