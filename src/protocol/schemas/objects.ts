import * as z from 'zod/mini';
import { listOf } from './reader.ts';
import { str } from './wire.ts';

/** Keys of an app's object store. */
export const readObjectKeys = listOf(() => z.string(), str);
