import { describe, expect, it } from 'vitest';
import { euPlans, fillerPlan, stagingPlans } from '../../../src/simulator/scenario/other-plans.ts';
import { prodPlans } from '../../../src/simulator/scenario/prod-plans.ts';
import { manifestText, parseManifest, readManifest } from '../../../src/simulator/world/manifest.ts';

const plans = [...prodPlans, ...stagingPlans, ...euPlans, fillerPlan(0), fillerPlan(1), fillerPlan(2)];
const manifests = plans.flatMap(({ manifest, history }) => [
  manifest,
  ...history.flatMap((step) => ('manifest' in step && step.manifest ? [step.manifest] : [])),
]);

describe('manifest', () => {
  it('reads back what it wrote, so that it need not', () => {
    expect(manifests.length).toBeGreaterThan(6);
    for (const manifest of manifests) {
      expect(readManifest(manifestText(manifest))).toEqual(manifest);
      expect(parseManifest(manifestText(manifest))).toEqual(manifest);
    }
  });

  it('reads what is no YAML and what is no manifest as nothing', () => {
    for (const text of ['', '{', '- a', 'services: 3']) expect(parseManifest(text).services).toEqual([]);
  });
});
