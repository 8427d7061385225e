import { Failure } from '../domain/failure.ts';
import type { ActionRequest } from '../domain/subject.ts';
import { fieldProblems } from './action-field.ts';
import { confirmationFor, tierOf } from './confirmation.ts';
import type { ActionContext, AnyAction, OpaqueFacts } from './define-action.ts';
import { type Preview, previewText } from './preview.ts';
import type { Proposal } from './run-state.ts';

export interface ProposalParts {
  readonly request: ActionRequest;
  readonly isProtected: boolean;
  /** SHA-256, hex. */
  readonly digest: (text: string) => string;
  readonly context: ActionContext;
}

/** What is shown to the person who confirms, and what they must do for it. */
export function proposalOf(
  action: AnyAction,
  facts: OpaqueFacts,
  preview: Preview,
  { request, isProtected, digest, context }: ProposalParts,
): Proposal {
  const { rack, subjects } = request;
  const tier = tierOf(action, isProtected);
  return {
    preview,
    hash: digest(previewText(action.id, rack, preview)),
    tier,
    isProtected,
    confirmation: confirmationFor(tier, { rack, subjects, isProtected }),
    echo: action.echo(facts, context),
    moved: false,
  };
}

/** Why a request cannot be planned at all; a whole sentence. */
export function wrongRequest(action: AnyAction, { subjects, input }: ActionRequest): string | undefined {
  if (subjects.length === 0 && action.subject !== 'none') return `Choose what to ${action.title.toLowerCase()} first.`;
  if (subjects.length > 1 && !action.bulk) {
    return `${action.title} takes one at a time; ${subjects.length} are marked.`;
  }
  const [problem] = Object.values(fieldProblems(action.fields ?? [], input));
  return problem === undefined ? undefined : `${problem}.`;
}

export function unknownName(request: ActionRequest, isAction: boolean): Failure {
  return new Failure({
    kind: 'usage',
    what: isAction ? `There is no action ${request.actionId}` : `There is no rack ${request.rack}`,
    next: isAction ? '`rackdeck do list` lists them.' : '`rackdeck racks` lists them.',
  });
}
