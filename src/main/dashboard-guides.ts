import type { ReadOnlySwitch } from '../access/read-only.ts';
import type { GuardrailRules } from '../domain/guardrail-rules.ts';
import { isGreen } from '../domain/guide-step.ts';
import { GUIDE_CATALOGUE } from '../guides/guide-catalogue.ts';
import type { RackSession } from '../live/rack-session.ts';
import type { GuideServices, GuideStanding } from '../ui/guides/guide-services.ts';
import type { World } from './world.ts';

export interface DashboardGuidesOptions {
  readonly world: World;
  readonly version: string;
  readonly rules: () => GuardrailRules;
  readonly readOnly: Pick<ReadOnlySwitch, 'cause'>;
}

/** Guided migrations as the dashboard takes them; their code is loaded when the first list or checklist is opened. */
export function dashboardGuides(options: DashboardGuidesOptions): GuideServices {
  const { world, version, rules, readOnly } = options;
  return {
    catalogue: GUIDE_CATALOGUE,
    open: async (id, session, input) => {
      const { openGuide, knownGuide } = await import('./open-guide.ts');
      return openGuide({
        world,
        guide: knownGuide(id),
        target: session.target,
        input,
        version,
        get rules() {
          return rules();
        },
        access: () => session.access.get(),
        readOnly: () => readOnly.cause.get(),
      });
    },
    standing: (id, session) => standingOf(world, id, session),
  };
}

async function standingOf(world: World, id: string, { target }: RackSession): Promise<GuideStanding> {
  const { guideProgress, knownGuide } = await import('./open-guide.ts');
  const { steps } = knownGuide(id);
  const { progress, damage } = await guideProgress(world.environment, target).load(id, target.id);
  if (damage !== undefined) return { kind: 'damaged', words: damage };
  if (!progress) return { kind: 'not-started' };
  const green = steps.filter((step) => isGreen(progress.steps[step.id]?.state ?? 'waiting')).length;
  const { underWay } = progress;
  const cutOff = underWay && (steps.find((step) => step.id === underWay.step)?.title ?? underWay.step);
  return { kind: 'begun', green, total: steps.length, at: progress.updatedAt, cutOff };
}
