import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { outcomeOf, run, start, temporaryFolder } from './command.ts';

const template = {
  Parameters: { Name: { Type: 'String' } },
  Resources: { Landing: { Type: 'AWS::S3::Bucket', Properties: { BucketName: { Ref: 'Name' } } } },
};

it('starts a stack, tells what happens and stops cleanly on SIGINT', async () => {
  await using folder = await temporaryFolder();
  await writeFile(join(folder.path, 'landing.json'), JSON.stringify(template));
  const child = start(
    [
      'local',
      '--json',
      '--port',
      '0',
      '--console-port',
      '0',
      '--state',
      'state',
      '--param',
      'Name=landing',
      'landing.json',
    ],
    { cwd: folder.path, env: { AWS_REGION: 'ap-south-1' } },
  );
  const outcome = outcomeOf(child);
  const lines = await new Promise<{ kind: string; endpoint?: string }[]>((resolve) => {
    let text = '';
    child.stdout!.on('data', (chunk) => {
      text += chunk;
      if (text.includes('"ready"'))
        resolve(
          text
            .trim()
            .split('\n')
            .map((line) => JSON.parse(line)),
        );
    });
    void outcome.then(() => resolve([]));
  });
  expect(lines).toMatchObject([
    { kind: 'stack-deployed', stack: 'landing' },
    { kind: 'ready', environment: { AWS_REGION: 'ap-south-1' } },
  ]);
  expect((await fetch(`${lines[1]!.endpoint}/landing`)).status).toBe(403); // it listens, and asks who is there
  child.kill('SIGINT');
  expect(await outcome).toMatchObject({ code: 0, stderr: '' });
});

it('says what is wrong with what it was given', async () => {
  await using folder = await temporaryFolder();
  await writeFile(
    join(folder.path, 'bad.json'),
    JSON.stringify({ Resources: { X: { Type: 'AWS::Moon::Base' } } }),
  );
  for (const [args, expected] of [
    [['--port', 'ninety', 'bad.json'], 'bad-port'],
    [['--param', 'Name', 'bad.json'], 'bad-param'],
    [['--time-scale', '2', 'bad.json'], 'bad-time-scale'],
    [['none'], 'template-unreadable'],
    [['-p', '0', 'bad.json'], 'AWS::Moon::Base'],
  ] as const) {
    const { code, stderr } = await run(['local', ...args], { cwd: folder.path });
    expect({ code, stderr }).toMatchObject({ code: 2, stderr: expect.stringContaining(expected) });
  }
});
