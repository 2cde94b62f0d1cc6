import { optionsJsonSchema } from '@tributary/codec';
import { loadConverter } from '@tributary/codec/converters';

/** `tributary schema CONVERTER`: the JSON Schema of its options file, for editors and other checks. */
export async function schema(name: string): Promise<void> {
  console.log(JSON.stringify(optionsJsonSchema(await loadConverter(name)), null, 2));
}
