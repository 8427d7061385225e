import type { GatewayState } from './gateway-state.ts';

export async function seedHistory(_state: GatewayState): Promise<void> {}
