import type { RackSession } from '../../live/rack-session.ts';
import type { TerminalLook } from '../dashboard-services.ts';
import type { Location } from '../navigation/location.ts';
import type { BodyView } from '../shell/body-view.ts';
import { TextBody } from '../shell/text-body.ts';
import type { Theme } from '../theme/theme.ts';
import { GuideBody, type GuideHost } from './guide-body.ts';
import type { GuideDesk } from './guide-desk.ts';
import { GuideList } from './guide-list.ts';
import { guideStepContent } from './guide-step-content.ts';

export interface GuideViewOptions {
  readonly desk: GuideDesk;
  readonly host: GuideHost;
  readonly theme: Theme;
  readonly look: TerminalLook;
  /** All racks. */
  readonly sessions: readonly RackSession[];
  readonly columns: () => number;
}

/** The list of guides, a checklist, or one step of it: loaded when the first of them is opened. Throws where there is no such guide. */
export function guideView({ view, rack, subject }: Location, options: GuideViewOptions): BodyView {
  const { desk, host, theme, look, sessions, columns } = options;
  const session = sessions.find(({ target }) => target.name === rack);
  if (view === 'guides') return new GuideList({ desk, sessions: session ? [session] : sessions, host, theme });
  const [id = '', step = ''] = subject?.rowKey.split('/') ?? [];
  const guide = session && desk.guide(id, session);
  if (!guide) throw new Error(`there is no guide '${id}' on ${rack ?? 'no rack'}`);
  if (view === 'guide') return new GuideBody(guide, host, theme);
  return new TextBody(guideStepContent({ guide, step, host, look, columns }), look, host);
}
