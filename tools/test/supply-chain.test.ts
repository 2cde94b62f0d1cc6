import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { inflateRawSync } from 'node:zlib';
import { packageOnce } from '@tributary/service/packaging';
import { describe, expect, test } from 'vitest';

const root = join(import.meta.dirname, '../..');
const text = (path: string) => readFileSync(join(root, path), 'utf8');

interface Locked {
  version: string;
  name?: string;
  integrity?: string;
  link?: boolean;
}
const lock = Object.entries(
  (JSON.parse(text('package-lock.json')) as { packages: Record<string, Locked> }).packages,
);

/** `name@version` of all that the lockfile has, by the place it is installed at. */
const locked = new Set(
  lock.flatMap(([place, { name, version, integrity }]) =>
    integrity === undefined ? [] : `${name ?? place.replace(/^.*node_modules\//, '')}@${version}`,
  ),
);

/** The files of a zip by name, as its central directory has them; enough for what Serverless writes. */
function unzip(zip: Buffer): Map<string, () => Buffer> {
  const files = new Map<string, () => Buffer>();
  const end = zip.lastIndexOf(Buffer.from('PK\x05\x06'));
  let at = zip.readUInt32LE(end + 16);
  for (let left = zip.readUInt16LE(end + 10); left > 0; left--) {
    const [stored, bytes, local] = [
      zip.readUInt16LE(at + 10) === 0,
      zip.readUInt32LE(at + 20),
      zip.readUInt32LE(at + 42),
    ];
    const [name, extra, comment] = [28, 30, 32].map((field) => zip.readUInt16LE(at + field)) as [
      number,
      number,
      number,
    ];
    const start = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28);
    const body = zip.subarray(start, start + bytes);
    files.set(zip.toString('utf8', at + 46, at + 46 + name), () => (stored ? body : inflateRawSync(body)));
    at += 46 + name + extra + comment;
  }
  return files;
}

/** Services that have code. */
const services = readdirSync(join(root, 'services')).filter((name) =>
  existsSync(join(root, 'services', name, 'src/handler.ts')),
);

describe.each(services)('%s', (service) => {
  const bill = () =>
    JSON.parse(text(`services/${service}/dist/sbom.cdx.json`)) as {
      bomFormat: string;
      specVersion: string;
      metadata: { component: object };
      components: { name: string; version: string; purl: string; licenses: object[] }[];
    };

  test('has a bill of materials in CycloneDX 1.6, with the versions of the lockfile', () => {
    const { bomFormat, specVersion, metadata, components } = bill();
    const { name, version } = JSON.parse(text(`services/${service}/package.json`));
    expect({ bomFormat, specVersion }).toEqual({ bomFormat: 'CycloneDX', specVersion: '1.6' });
    expect(metadata.component).toMatchObject({ type: 'application', name, version });
    expect(components.map((one) => one.name)).toContain('@aws-sdk/client-s3');
    for (const one of components) expect(locked).toContain(`${one.name}@${one.version}`);
  });

  test('is deployed with the licence of each package that is in its bill, and with nothing else but code', async () => {
    const folder = await packageOnce(root, service, 'dev');
    const zips = readdirSync(folder).filter((file) => file.endsWith('.zip'));
    expect(zips).not.toEqual([]);
    for (const zip of zips) {
      const files = unzip(readFileSync(join(folder, zip)));
      expect([...files.keys()].filter((file) => !file.endsWith('.mjs'))).toEqual(['dist/LICENSES.txt']);
      const licences = files.get('dist/LICENSES.txt')!().toString().split('\n');
      const stated = licences.filter((line) => /^(@[^/ ]+\/)?[^/ ]+@\d\S* \(.+\)$/.test(line));
      expect(stated.map((line) => line.slice(0, line.indexOf(' '))).sort()).toEqual(
        bill()
          .components.map(({ name, version }) => `${name}@${version}`)
          .sort(),
      );
    }
  });
});

test('what ships is asked for by exact versions', () => {
  const manifests = lock.flatMap(([place, { link }]) =>
    link !== true && /^(libs|services)\//.test(place) ? [`${place}/package.json`] : [],
  );
  expect(manifests.length).toBeGreaterThan(services.length);
  const ranges = manifests.flatMap((path) =>
    Object.entries((JSON.parse(text(path)) as { dependencies?: object }).dependencies ?? {})
      .filter(([, version]) => !/^\d+\.\d+\.\d+$/.test(version))
      .map(([name, version]) => `${path}: ${name} ${version}`),
  );
  expect(ranges).toEqual([]);
});

test('the lockfile is the only one, and each package from elsewhere has a checksum', () => {
  const others = ['yarn.lock', 'pnpm-lock.yaml', 'npm-shrinkwrap.json'];
  expect(others.filter((file) => existsSync(join(root, file)))).toEqual([]);
  const bare = lock.filter(
    ([place, { integrity, link }]) =>
      place.includes('node_modules/') && link !== true && integrity === undefined,
  );
  expect(bare.map(([place]) => place)).toEqual([]);
});
