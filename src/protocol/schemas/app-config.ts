import * as z from 'zod/mini';
import type { AppConfig } from '../../domain/app-config.ts';
import { listOf, one, sorted, type Wire } from './reader.ts';
import { block, str, text } from './wire.ts';

const wireConfig = () => z.object({ name: z.string(), value: text });

function toConfig(wire: Wire<typeof wireConfig>): AppConfig {
  return { name: str(wire.name), value: block(wire.value), bytes: Buffer.byteLength(wire.value ?? '', 'utf8') };
}

export const readConfig = one(wireConfig, toConfig);
export const readConfigs = sorted(listOf(wireConfig, toConfig), (config) => config.name);
