import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { AwsError } from '../errors.ts';
import { arnOf, type Place } from '../place.ts';

export interface Parameter {
  name: string;
  type: 'String' | 'StringList' | 'SecureString';
  value: string;
  version: number;
  description?: string;
  /** Milliseconds since 1970. */
  modifiedAt: number;
}

/** Standard parameters hold 4 KB, and there may be 10,000. */
const maxValueBytes = 4_096;
const maxParameters = 10_000;

/** All parameters, kept in one JSON file that a person can read. */
export class ParameterStore {
  #place: Place;
  #path: string;
  #parameters = new Map<string, Parameter>();
  #saving: Promise<void> = Promise.resolve();

  private constructor(place: Place, path: string) {
    this.#place = place;
    this.#path = path;
  }

  static async open(place: Place, path: string): Promise<ParameterStore> {
    const store = new ParameterStore(place, path);
    const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return '[]';
      throw error;
    });
    for (const parameter of JSON.parse(text) as Parameter[]) store.#parameters.set(parameter.name, parameter);
    return store;
  }

  get(name: string): Parameter | undefined {
    return this.#parameters.get(name);
  }

  all(): Parameter[] {
    return [...this.#parameters.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  arnOf(name: string): string {
    return arnOf(this.#place, 'ssm', `parameter${name.startsWith('/') ? '' : '/'}${name}`);
  }

  /** @throws AwsError ParameterAlreadyExists, ValidationException, ParameterLimitExceeded */
  async put(given: Omit<Parameter, 'version' | 'modifiedAt'>, overwrite: boolean): Promise<Parameter> {
    const previous = this.#parameters.get(given.name);
    if (previous && !overwrite) {
      throw new AwsError(
        'ParameterAlreadyExists',
        'The parameter already exists. To overwrite this value, set the overwrite option in the request to true.',
      );
    }
    if (Buffer.byteLength(given.value) > maxValueBytes) {
      throw new AwsError(
        'ValidationException',
        'Standard tier parameters support a maximum parameter value of 4096 characters.',
      );
    }
    if (!previous && this.#parameters.size >= maxParameters) {
      throw new AwsError('ParameterLimitExceeded', `There may be ${maxParameters} parameters.`);
    }
    if (
      previous &&
      previous.value === given.value &&
      previous.type === given.type &&
      previous.description === given.description
    ) {
      // What a restart puts again stays the version it was.
      return previous;
    }
    const parameter = { ...given, version: (previous?.version ?? 0) + 1, modifiedAt: Date.now() };
    this.#parameters.set(given.name, parameter);
    await this.#save();
    return parameter;
  }

  /** @returns whether it was there */
  async delete(name: string): Promise<boolean> {
    const found = this.#parameters.delete(name);
    if (found) await this.#save();
    return found;
  }

  #save(): Promise<void> {
    this.#saving = this.#saving
      .catch(() => {})
      .then(async () => {
        await mkdir(dirname(this.#path), { recursive: true });
        await writeFile(`${this.#path}.partial`, JSON.stringify(this.all(), undefined, 2));
        await rename(`${this.#path}.partial`, this.#path);
      });
    return this.#saving;
  }
}
