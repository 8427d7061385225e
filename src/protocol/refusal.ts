import type { FailureDetails } from '../domain/failure.ts';
import type { AnswerMessage } from './answer-message.ts';
import type { Endpoint } from './endpoint.ts';

/** What was being asked, for the words of the failure. */
export interface Asked {
  /** `list the processes of shop`: continues "Could not ...". */
  readonly doing: string;
  /** `GET /apps/shop/processes`, without credentials and query. */
  readonly where: string;
  /** `https://api.example.com`. */
  readonly origin: string;
  /** The caller knows better what to do next where a refusal itself does not say it. */
  readonly explainsNext?: boolean;
}

/** Who answered, in words. */
export interface Refusal {
  readonly status: number | undefined;
  readonly message: AnswerMessage;
  readonly header: (name: string) => string | undefined;
  readonly dialect: Endpoint['dialect'];
  readonly asked: Asked;
  readonly now: number;
  readonly random: () => number;
}

/** Everything but the parts that every failure of an answer shares. */
export type Explanation = Omit<FailureDetails, 'status' | 'requestId' | 'where' | 'cause'>;

export function couldNot(asked: Asked): string {
  return `Could not ${asked.doing}`;
}
