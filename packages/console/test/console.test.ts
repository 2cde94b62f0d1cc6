import { randomUUID } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { objectCreated } from '@tributary/events';
import type { DeadLetterQueues } from '@tributary/events/ledger';
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Aws } from '../src/server/aws-client.ts';
import { openObject } from '../src/server/objects.ts';
import { chromiumPath, openBrowser } from './browser.ts';
import { driveFile, isBuilt, openStage, type Stage } from './stage.ts';

/** `TRIBUTARY_SCREENSHOTS=1` makes the pictures of the README anew. */
const pictures = process.env.TRIBUTARY_SCREENSHOTS ? join(import.meta.dirname, '../docs') : undefined;
const PATIENCE_MS = 30_000;
/** Five services are packaged and a browser started, on a machine that may be busy with other tests. */
const SETUP_MS = 180_000;
const why = chromiumPath === undefined ? ' (skipped: there is no Chromium on this machine)' : '';

describe.skipIf(!isBuilt || chromiumPath === undefined)(`the console in a browser${why}`, () => {
  let stage: Stage;
  let browser: Browser;
  let page: Page;
  const complaints: string[] = [];

  beforeAll(async () => {
    [stage, browser] = await Promise.all([openStage(), openBrowser()]);
    page = await browser.newPage({ viewport: { width: 1280, height: 800 }, colorScheme: 'light' });
    page.setDefaultTimeout(PATIENCE_MS);
    page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
    page.on('pageerror', ({ message }) => complaints.push(message));
    await page.goto(stage.console.url);
  }, SETUP_MS);

  afterAll(async () => {
    await browser?.close();
    await stage?.[Symbol.asyncDispose]();
  });

  it('takes a dropped file, shows its run as it goes, and marks what was rejected', async () => {
    if (pictures !== undefined) await fillFeed();
    await drop('drives-2026-03-09.txt', driveFile(4000, 40));
    await page.getByRole('link', { name: 'Runs', exact: true }).click();
    const row = page.getByRole('link', { name: /Partly rejected: landing\/vendor\/drives-2026-03-09\.txt/ });
    await row.waitFor();
    await picture('runs');
    await row.click();
    // The validator beside it rejects the same rows, and either may have begun first.
    await page.getByRole('link', { name: /^drive-stats-lake / }).click();
    await page.getByRole('tab', { name: 'Step' }).click();
    await page.getByText('of drive-stats-lake').waitFor();
    await picture('run');
    await page.getByRole('tab', { name: /Rejects/ }).click();
    await page.locator('.reject mark').first().waitFor();
    expect(await page.locator('.reject mark').first().textContent()).toBe('n/a');
    expect(await page.locator('.reject').count()).toBe(100);
    await page.getByRole('button', { name: /not-an-integer/ }).click();
    await picture('rejects');
    await page.getByRole('tab', { name: 'Logs' }).click();
    await page
      .getByText(/START RequestId/)
      .first()
      .waitFor();
    await page.getByRole('tab', { name: 'Lineage' }).click();
    await page.getByRole('link', { name: 'lake/parquet/drives-2026-03-09.parquet' }).waitFor();
    await page.getByRole('tab', { name: /Events/ }).click();
    await page.getByText('Step Completed').first().waitFor();
  });

  it('shows what is in inputs and outputs', async () => {
    await go('#/data?bucket=landing&key=vendor/drives-2026-03-09.txt');
    await page.locator('.fields').getByText('capacity').waitFor();
    await picture('fixed-width');
    await go('#/data?bucket=lake&key=parquet/drives-2026-03-09.parquet');
    await page.getByRole('columnheader', { name: /capacity/ }).waitFor();
    await page.getByText('3,900 rows').waitFor();
    await page.getByRole('button', { name: 'Profile' }).click();
    await page
      .getByRole('img', { name: /Spread from/ })
      .first()
      .waitFor();
  });

  it('shows what a validator has counted in all rows, and what is empty in a feed', async () => {
    await go('#/runs?key=drives-2026-03-09');
    await page.getByRole('link', { name: /Partly rejected: .*drives-2026-03-09/ }).click();
    await page.getByRole('link', { name: /^drive-stats-valid / }).click();
    await page.getByRole('tab', { name: 'Profile' }).click();
    await page.getByText('Of all 4,000 rows').waitFor();
    await page.getByText('100 bad').waitFor();
    await page.getByRole('tab', { name: 'Step' }).click();
    await page.getByRole('link', { name: 'lake/tsv/drives-2026-03-09.tsv' }).click();
    await page.getByRole('button', { name: 'Profile' }).click();
    await page.getByText('as drive-stats-valid/').waitFor();
    await go('#/feeds');
    await page.locator('.empty-cells').getByText('model').waitFor();
  });

  it('knows which run wrote the source of another', async () => {
    const aws = new Aws(stage.aws);
    const copied = await aws.fetch('s3', '/landing/vendor/again.txt.gz', {
      method: 'PUT',
      headers: { 'x-amz-copy-source': '/lake/tsv/drives-2026-03-09.tsv.gz' },
    });
    expect(copied.status).toBe(200);
    await go('#/runs?key=again.txt');
    await page.getByRole('link', { name: /landing\/vendor\/again\.txt\.gz/ }).click();
    await page.getByRole('tab', { name: 'Lineage' }).click();
    await page.getByRole('link', { name: 'the run that wrote it' }).click();
    await page.getByRole('heading', { name: /drives-2026-03-09\.txt/ }).waitFor();
  });

  it('takes a key for a key, whatever it says', async () => {
    const name = '<img src=x onerror="window.harmed=true">.txt';
    await go('#/chains');
    await drop(name, driveFile(20));
    await go('#/runs');
    await page.getByRole('link', { name: /Completed: landing\/vendor\/<img src=x/ }).click();
    await page.getByText(/of drive-stats-(lake|valid)/).waitFor();
    await page.getByRole('tab', { name: 'Lineage' }).click();
    await page.locator('.lineage').getByText(name).waitFor();
    expect(await page.evaluate(() => 'harmed' in window)).toBe(false);
    expect(await page.locator('main img').count()).toBe(0);
  });

  it('replays a dead letter after it was said what that does', async () => {
    const queue = await leaveDeadLetter('vendor/late.txt', driveFile(50));
    await go(`#/dead-letters?queue=${queue}`);
    const letter = page.locator('.letter');
    await letter.getByText('landing/vendor/late.txt').waitFor();
    await picture('dead-letters');
    await letter.getByRole('button', { name: 'Replay' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('would start').waitFor();
    await dialog.getByRole('button', { name: 'Replay 1' }).click();
    await dialog.getByText('started', { exact: true }).waitFor();
    await dialog.getByRole('button', { name: 'Close' }).click();
    await page.getByText('All delivered').waitFor();
    await go('#/runs?key=late.txt');
    await page.getByRole('link', { name: /Completed: landing\/vendor\/late\.txt/ }).waitFor();
  });

  it('is worked by keyboard, in the dark and on a phone', async () => {
    await go('#/runs');
    await page.locator('[data-row]').first().waitFor();
    await pressUntil(['j', 'Enter'], page.getByRole('button', { name: 'Run again' }));
    await pressUntil(['g', 'f'], page.getByRole('heading', { name: 'Feeds' }));
    await picture('feeds');
    await go('#/chains');
    await page.locator('.step').first().waitFor();
    await picture('chains');
    await page.setViewportSize({ width: 400, height: 800 });
    await page.emulateMedia({ colorScheme: 'dark' });
    const room = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
    expect(room[0]).toBeLessThanOrEqual(room[1]!);
    await picture('phone');
    expect(complaints).toEqual([]);
  });

  async function go(hash: string): Promise<void> {
    await page.evaluate((to) => {
      location.hash = to;
    }, hash);
  }

  /** Pressed again where a busy machine was too slow for a chord, or the list moved under the focus. */
  async function pressUntil(keys: string[], shown: Locator): Promise<void> {
    await expect
      .poll(async () => {
        for (const key of keys) await page.keyboard.press(key);
        return await shown.waitFor({ timeout: 2000 }).then(
          () => true,
          () => false,
        );
      })
      .toBe(true);
  }

  /** As the hand does it: a file is let go over the chain's source. */
  async function drop(name: string, text: string): Promise<void> {
    const files = await page.evaluateHandle(
      ([fileName, content]) => {
        const transfer = new DataTransfer();
        transfer.items.add(new File([content!], fileName!, { type: 'text/plain' }));
        return transfer;
      },
      [name, text],
    );
    const source = page.locator('[data-source="landing/vendor/"]');
    await source.dispatchEvent('dragover', { dataTransfer: files });
    await source.dispatchEvent('drop', { dataTransfer: files });
    await source.getByText(`${name} is there`).first().waitFor();
  }

  /** A history for the pictures. */
  async function fillFeed(): Promise<void> {
    for (let day = 1; day <= 8; day += 1) {
      const text = day === 7 ? 'not a drive\n' : driveFile(3000 + ((day * 7) % 5) * 160, day === 5 ? 300 : 0);
      await drop(`drives-2026-03-0${day}.txt`, text);
    }
  }

  async function picture(name: string): Promise<void> {
    if (pictures === undefined) return;
    mkdirSync(pictures, { recursive: true });
    await page.screenshot({ path: join(pictures, `${name}.png`), animations: 'disabled' });
  }

  /** An event that EventBridge could not deliver, in the queue as EventBridge leaves it there. @returns the queue's name */
  async function leaveDeadLetter(key: string, text: string): Promise<string> {
    const aws = new Aws(stage.aws);
    const call = <T>(operation: string, input: object) =>
      aws.call<T>('events', `AWSEvents.${operation}`, '1.1', input);
    const { Rules } = await call<{ Rules: { Name: string; Arn: string; EventPattern?: string }[] }>(
      'ListRules',
      {},
    );
    const { Name, Arn: ruleArn } = Rules.find(({ EventPattern }) => EventPattern?.includes('"vendor/'))!;
    const { Targets } = await call<{ Targets: { Arn: string; DeadLetterConfig: { Arn: string } }[] }>(
      'ListTargetsByRule',
      { Rule: Name },
    );
    const [target] = Targets as [(typeof Targets)[0]];
    const rule = { Name };
    await call('DisableRule', rule);
    const put = await aws.fetch('s3', `/landing/${key}`, { method: 'PUT', body: text });
    expect(put.status).toBe(200);
    const { size, etag } = await openObject(aws, 'landing', key);
    const head = await aws.fetch('s3', `/landing/${key}`, { method: 'HEAD' });
    const version = head.headers.get('x-amz-version-id');
    const event = objectCreated.event(
      {
        id: randomUUID(),
        account: stage.aws.accountId,
        region: stage.aws.region,
        time: `${new Date().toISOString().slice(0, 19)}Z`,
        resources: ['arn:aws:s3:::landing'],
      },
      {
        bucket: { name: 'landing' },
        object: {
          key,
          size,
          etag: etag.replaceAll('"', ''),
          sequencer: '00FFFFFFFF00000000',
          ...(version && { 'version-id': version }),
        },
      },
    );
    await call('EnableRule', rule);
    const answer = await fetch(`${stage.console.url}/v1/dead-letters`);
    const { queues } = (await answer.json()) as DeadLetterQueues;
    const queue = queues.find(({ name }) => target.DeadLetterConfig.Arn.endsWith(`:${name}`))!;
    const attribute = (value: string) => ({ DataType: 'String', StringValue: value });
    await aws.call('sqs', 'AmazonSQS.SendMessage', '1.0', {
      QueueUrl: queue.url,
      MessageBody: JSON.stringify(event),
      MessageAttributes: {
        RULE_ARN: attribute(ruleArn),
        TARGET_ARN: attribute(target.Arn),
        ERROR_CODE: attribute('NO_PERMISSIONS'),
        ERROR_MESSAGE: attribute('events.amazonaws.com may not invoke the function'),
        RETRY_ATTEMPTS: attribute('0'),
      },
    });
    return queue.name;
  }
});
