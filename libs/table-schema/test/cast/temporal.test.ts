import { describe, expect, test } from 'vitest';
import { bad, tryCast } from './try-cast.ts';

const days = (iso: string) => BigInt(Date.parse(`${iso}T00:00:00Z`) / 86_400_000);
const micros = (iso: string) => BigInt(Date.parse(iso)) * 1000n;
const clock = (iso: string) => micros(`1970-01-01T${iso}Z`);

describe('date', () => {
  test.each([
    ['1970-01-01', 0n],
    ['2024-02-29', days('2024-02-29')],
    ['2000-02-29', days('2000-02-29')],
    ['1969-12-31', -1n],
    ['0001-01-01', -719162n],
    ['9999-12-31', 2932896n],
    ['2023-02-29', bad],
    ['1900-02-29', bad],
    ['2024-04-31', bad],
    ['2024-13-01', bad],
    ['2024-00-10', bad],
    ['2024-01-00', bad],
    ['0000-01-01', bad],
    ['2024-1-5', bad],
    ['12024-01-05', bad],
    ['-2024-01-05', bad],
    ['2024/01/05', bad],
    [' 2024-01-05', bad],
    ['2024-01-05\n', bad],
    ['2024-01-05T00:00:00', bad],
    ['', bad],
  ])('%j', (text, value) => expect(tryCast({ type: 'date' }, text)).toEqual(value));

  test.each([
    ['2024-01-26'],
    ['2024/01/26'],
    ['2024.01.26'],
    ['20240126'],
    ['26 Jan 2024'],
    ['26-Jan-2024'],
    ['26 january 2024'],
    ['26th January 2024'],
    ['Jan 26, 2024'],
    ['January 26 2024'],
    ['Fri, 26 Jan 2024'],
    ['Friday 26 January 2024'],
  ])('any: %j', (text) => expect(tryCast({ type: 'date', format: 'any' }, text)).toBe(days('2024-01-26')));

  test.each([
    ['01/02/2024'],
    ['26.01.2024'],
    ['2024-01/26'],
    ['26 Janvier 2024'],
    ['31 Feb 2024'],
    ['26 Jan 24'],
    [''],
  ])('not any: %j', (text) => expect(tryCast({ type: 'date', format: 'any' }, text)).toEqual(bad));

  test.each([
    ['%d/%m/%Y', '26/01/2024', '2024-01-26'],
    ['%d/%m/%Y', '6/1/2024', '2024-01-06'],
    ['%m/%d/%y', '01/26/24', '2024-01-26'],
    ['%m/%d/%y', '01/26/69', '1969-01-26'],
    ['%m/%d/%y', '01/26/68', '2068-01-26'],
    ['%Y%m%d', '20240126', '2024-01-26'],
    ['%d%b%Y', '26JAN2024', '2024-01-26'],
    ['%e %B %Y', ' 6 January 2024', '2024-01-06'],
    ['%d %h %Y', '26 may 2024', '2024-05-26'],
    ['%A, %d %B %Y', 'Friday, 26 January 2024', '2024-01-26'],
    ['%a %d %b %Y', 'Fri  26\tJan 2024', '2024-01-26'],
    ['%Y-%j', '2024-366', '2024-12-31'],
    ['%Y %j', '2024 26', '2024-01-26'],
    ['%F', '2024-01-26', '2024-01-26'],
    ['%D', '01/26/24', '2024-01-26'],
    ['%Y-%m', '2024-05', '2024-05-01'],
    ['%Y', '2024', '2024-01-01'],
    ['%Y-%m-%d %H:%M:%S', '2024-01-26 00:00:00', '2024-01-26'],
    ['fmt:%d.%m.%Y', '26.01.2024', '2024-01-26'],
    ['%d.%m.%Y (%%)', '26.01.2024 (%)', '2024-01-26'],
    ['%x', '01/26/24', '2024-01-26'],
    ['%c', 'Fri Jan 26 00:00:00 2024', '2024-01-26'],
    ['%B (%m), %a %d %Y', 'January (01), Fri 26 2024', '2024-01-26'],
    ['%Y-%m-%d (%e %b %y)', '2024-01-26 (26 Jan 24)', '2024-01-26'],
    ['%u %w %d.%m.%Y', '5 5 26.01.2024', '2024-01-26'],
    ['%G-W%V-%u', '2024-W04-5', '2024-01-26'],
    ['%G-W%V-%u', '2024-W01-1', '2024-01-01'],
    ['%G-W%V-%u', '2020-W53-7', '2021-01-03'],
    ['%G-W%V-%u', '2025-W01-1', '2024-12-30'],
    ['%Y week %W, %A', '2024 week 04, Friday', '2024-01-26'],
    ['%Y week %W, %w', '2024 week 04, 0', '2024-01-28'],
    ['%Y week %U, %w', '2024 week 04, 0', '2024-01-28'],
    ['%Y week %U, %w', '2024 week 03, 5', '2024-01-26'],
    ['%Y week %W, %w', '2023 week 00, 0', '2023-01-01'],
    ['%Y week %U, %w', '2023 week 01, 0', '2023-01-01'],
  ])('as %s: %j', (format, text, iso) => expect(tryCast({ type: 'date', format }, text)).toBe(days(iso)));

  test.each([
    ['%d/%m/%Y', '01/26/2024'],
    ['%d/%m/%Y', '31/02/2024'],
    ['%d/%m/%Y', '26/01/24'],
    ['%d/%m/%Y', '26-01-2024'],
    ['%d/%m/%Y', '26/01/2024 '],
    ['%d.%m.%Y', '26/01/2024'],
    ['%Y-%j', '2023-366'],
    ['%Y-%j', '2023-000'],
    ['%d %b %Y', '26 Mai 2024'],
    ['%Y-%m-%d %H:%M', '2024-01-26 00:01'],
    ['%Y-%m-%d', ''],
    ['%B (%m) %d %Y', 'January (02) 26 2024'],
    ['%Y-%m-%d (%y)', '2024-01-26 (23)'],
    ['%a %u %d.%m.%Y', 'Fri 4 26.01.2024'],
    ['%G-W%V-%u', '2023-W53-1'],
    ['%G-W%V-%u', '2024-W00-1'],
    ['%G-W%V-%u', '2024-W01-0'],
    ['%Y week %W, %w', '2024 week 00, 1'],
    ['%Y week %W, %w', '2024 week 53, 3'],
  ])('not as %s: %j', (format, text) => expect(tryCast({ type: 'date', format }, text)).toEqual(bad));
});

describe('time', () => {
  test.each([
    ['00:00:00', 0n],
    ['15:00:00', 54_000_000_000n],
    ['23:59:59.999999', 86_399_999_999n],
    ['06:00:00.5', clock('06:00:00.5')],
    ['06:00:00.123000000', clock('06:00:00.123')],
    ['06:00:00.1234567', bad],
    ['24:00:00', bad],
    ['12:60:00', bad],
    ['12:00:60', bad],
    ['6:00:00', bad],
    ['06:00', bad],
    ['06:00:00Z', clock('06:00:00')],
    ['06:00:00+01:00', clock('05:00:00')],
    ['06:00:00+1:00', bad],
    ['06:00:00.', bad],
    ['3 am', bad],
    ['', bad],
  ])('%j', (text, value) => expect(tryCast({ type: 'time' }, text)).toEqual(value));

  test.each([
    ['3:00 am', '03:00:00'],
    ['12:00 AM', '00:00:00'],
    ['12:30 p.m.', '12:30:00'],
    ['3 pm', '15:00:00'],
    ['15:00', '15:00:00'],
    ['15:00:01.5', '15:00:01.5'],
    ['06:00:00Z', '06:00:00'],
  ])('any: %j', (text, iso) => expect(tryCast({ type: 'time', format: 'any' }, text)).toBe(clock(iso)));

  test.each([['3'], ['13 pm'], ['0 am'], ['some night'], ['25:00']])('not any: %j', (text) => {
    expect(tryCast({ type: 'time', format: 'any' }, text)).toEqual(bad);
  });

  test.each([
    ['%H:%M', '06:50', '06:50:00'],
    ['%I:%M %p', '06:50 PM', '18:50:00'],
    ['%I:%M %p', '12:50 am', '00:50:00'],
    ['%H%M%S', '065001', '06:50:01'],
    ['%H:%M:%S.%f', '06:50:01.25', '06:50:01.25'],
    ['%T', '06:50:01', '06:50:01'],
    ['%R', '06:50', '06:50:00'],
    ['%H:%M%z', '01:30+02:00', '23:30:00'],
    ['%H:%M%z', '23:30-0200', '01:30:00'],
    ['%H:%M %Z', '23:30 utc', '23:30:00'],
    ['%X', '8:30:00', '08:30:00'],
    ['%r', '06:50:01 PM', '18:50:01'],
    ['%I%p%M', '8AM30', '08:30:00'],
    ['%H:%M (%I %p)', '18:50 (6 pm)', '18:50:00'],
  ])('as %s: %j', (format, text, iso) => expect(tryCast({ type: 'time', format }, text)).toBe(clock(iso)));

  test.each([
    ['%M:%H', '06:50'],
    ['%H:%M', '24:00'],
    ['%H:%M', '3:00 am'],
    ['%I:%M %p', '13:00 pm'],
    ['%H:%M (%I %p)', '18:50 (7 pm)'],
    ['%H:%M:%S.%f', '06:50:01.1234567'],
    ['%H:%M%z', '06:50'],
    ['%H:%M%z', '06:50+15:00'],
  ])('not as %s: %j', (format, text) => expect(tryCast({ type: 'time', format }, text)).toEqual(bad));

  test('of UTC takes an offset', () => {
    expect(tryCast({ type: 'time', timezone: 'utc' }, '06:00:00+01:00')).toBe(clock('05:00:00'));
    expect(tryCast({ type: 'time', timezone: 'utc' }, '06:00:00Z')).toBe(clock('06:00:00'));
    expect(tryCast({ type: 'time', timezone: 'utc' }, '06:00:00')).toBe(clock('06:00:00'));
  });

  test('of local time takes none', () => {
    expect(tryCast({ type: 'time', timezone: 'local' }, '06:00:00')).toBe(clock('06:00:00'));
    expect(tryCast({ type: 'time', timezone: 'local' }, '06:00:00Z')).toEqual({
      bad: 'a local time, without an offset from UTC',
    });
  });
});

describe('datetime', () => {
  test.each([
    ['2024-01-26T15:00:00', micros('2024-01-26T15:00:00Z')],
    ['2024-01-26T15:00:00Z', micros('2024-01-26T15:00:00Z')],
    ['2024-01-26T15:00:00.300-05:00', micros('2024-01-26T20:00:00.300Z')],
    ['1969-12-31T23:59:59.999999', -1n],
    ['0001-01-01T00:00:00+14:00', micros('0001-01-01T00:00:00Z') - 14n * 3_600_000_000n],
    ['2024-01-26T15:00:00.0000010', micros('2024-01-26T15:00:00Z') + 1n],
    ['2024-01-26T15:00:00.0000001', bad],
    ['2024-01-26 15:00:00', bad],
    ['2024-01-26T15:00', bad],
    ['2024-01-26T24:00:00', bad],
    ['2024-02-30T00:00:00', bad],
    ['2014-01-01T06:00:00+1:00', bad],
    ['2014-01-01T06:00:00+0100', bad],
    ['2014-01-01T06:00:00+14:01', bad],
    ['2014-01-01T06:00:00+01:60', bad],
    ['2014-01-01t06:00:00', bad],
    ['2014-01-01', bad],
    ['', bad],
  ])('%j', (text, value) => expect(tryCast({ type: 'datetime' }, text)).toEqual(value));

  test.each([
    ['2024-01-26 15:00:00', '2024-01-26T15:00:00Z'],
    ['2024-01-26T15:00:00', '2024-01-26T15:00:00Z'],
    ['2024-01-26 15:00', '2024-01-26T15:00:00Z'],
    ['2024-01-26 15:00:00.5', '2024-01-26T15:00:00.5Z'],
    ['2024-01-26 15:00:00+00', '2024-01-26T15:00:00Z'],
    ['2024-01-26 15:00:00 +0530', '2024-01-26T09:30:00Z'],
    ['2024-01-26T15:00:00-0500', '2024-01-26T20:00:00Z'],
    ['2024-01-26 15:00:00 UTC', '2024-01-26T15:00:00Z'],
    ['2024/01/26 3:00 pm', '2024-01-26T15:00:00Z'],
    ['10th Jan 1969 9 am', '1969-01-10T09:00:00Z'],
    ['Fri, 26 Jan 2024 15:00:00 GMT', '2024-01-26T15:00:00Z'],
    ['January 26, 2024 3:00:01 PM', '2024-01-26T15:00:01Z'],
  ])('any: %j', (text, iso) => expect(tryCast({ type: 'datetime', format: 'any' }, text)).toBe(micros(iso)));

  test.each([['2024-01-26'], ['01/02/2024 15:00'], ['2024-01-26 15'], ['invalid'], ['2024-01-26 15:00 CET']])(
    'not any: %j',
    (text) => expect(tryCast({ type: 'datetime', format: 'any' }, text)).toEqual(bad),
  );

  test.each([
    ['%d/%m/%y %H:%M', '21/11/06 16:30', '2006-11-21T16:30:00Z'],
    ['%Y-%m-%dT%H:%M:%S%z', '2024-01-26T15:00:00+01:00', '2024-01-26T14:00:00Z'],
    ['%Y-%m-%dT%H:%M:%S%z', '2024-01-26T15:00:00Z', '2024-01-26T15:00:00Z'],
    ['%d/%b/%Y:%H:%M:%S %z', '10/Oct/2000:13:55:36 -0700', '2000-10-10T20:55:36Z'],
    ['%a %b %d %H:%M:%S %Y', 'Fri Jan 26 15:00:00 2024', '2024-01-26T15:00:00Z'],
    ['%c', 'Sat Jan  6 15:00:00 2024', '2024-01-06T15:00:00Z'],
    ['%m/%d/%Y %I:%M:%S %p', '1/26/2024 3:00:00 PM', '2024-01-26T15:00:00Z'],
  ])('as %s: %j', (format, text, iso) =>
    expect(tryCast({ type: 'datetime', format }, text)).toBe(micros(iso)),
  );

  test('of local time takes no offset', () => {
    expect(tryCast({ type: 'datetime', timezone: 'local' }, '2024-01-26T15:00:00')).toBe(
      micros('2024-01-26T15:00:00Z'),
    );
    expect(tryCast({ type: 'datetime', timezone: 'local' }, '2024-01-26T15:00:00Z')).toEqual({
      bad: 'a local date and time, without an offset from UTC',
    });
  });

  test('by a pattern without an offset it takes none', () => {
    expect(tryCast({ type: 'datetime', format: '%d/%m/%y %H:%M' }, '16:30 21/11/06')).toEqual(bad);
    expect(tryCast({ type: 'datetime', format: '%d/%m/%y %H:%M' }, '21/11/06 16:30Z')).toEqual(bad);
  });
});

describe('year, yearmonth and duration', () => {
  test.each([
    ['2000', 2000n],
    ['0001', 1n],
    ['0000', bad],
    ['-2000', bad],
    ['20000', bad],
    ['200', bad],
    ['3.14', bad],
    ['2000Z', bad],
  ])('year %j', (text, value) => expect(tryCast({ type: 'year' }, text)).toEqual(value));

  test.each([
    ['2000-10', '2000-10'],
    ['2000-13', bad],
    ['2000-0', bad],
    ['2000-00', bad],
    ['0000-01', bad],
    ['96777-8', bad],
    ['2000-10-20', bad],
  ])('yearmonth %j', (text, value) => expect(tryCast({ type: 'yearmonth' }, text)).toEqual(value));

  test.each(['P1Y', 'P1Y10M3DT5H11M7S', '-P120D', 'PT0S', 'P0Y', 'PT1.5S', 'P1347M', 'P1Y2MT2H'])(
    'duration %j',
    (text) => expect(tryCast({ type: 'duration' }, text)).toBe(text),
  );
  test.each(['P', 'PT', 'P1YT', 'P-1347M', 'P1M2Y', '1Y', 'P1', 'P1.5Y', 'PT1.S', 'P1S', 'P1W', '', 'years'])(
    'no duration %j',
    (text) => expect(tryCast({ type: 'duration' }, text)).toEqual(bad),
  );
});
