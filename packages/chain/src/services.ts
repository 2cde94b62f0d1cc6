import { converters, loadConverter } from '@tributary/codec/converters';
import type { ServiceCatalogue } from './chain-file/chain.ts';

/** The services of this repository: each converter is one. */
export const services: ServiceCatalogue = { names: Object.keys(converters), load: loadConverter };
