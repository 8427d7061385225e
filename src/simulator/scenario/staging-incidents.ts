import type { PodFate } from '../world/pod.ts';
import { MINUTE } from './app-plan.ts';
import { type Incident, replaceSome } from './incident.ts';

const LICENCE_MISSING: PodFate = {
  kind: 'crash-loop',
  code: 78,
  exception: [
    'ERROR LicenceError: no licence for the image codec, looked in /etc/shop/licence.pem',
    "    lib/shop/images/codec.rb:19:in `load_licence'",
    '    bin/worker:4',
  ],
};

/** The trouble of the rack that is reached directly: its earlier lives are the rack's own `Previous` logs. */
export const stagingIncidents: readonly Incident[] = [
  {
    name: 'licence-missing',
    strike(rack, now) {
      const worker = rack.apps.get('shop')?.services.get('worker');
      if (!worker) return;
      worker.fate = LICENCE_MISSING;
      replaceSome(rack, 'shop', 'worker', 1, now - 6 * MINUTE);
    },
  },
];
