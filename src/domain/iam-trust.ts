import type { PolicyStatement } from './iam-policy.ts';

/** Who may assume a role, as its trust policy says. */
export interface TrustFacts {
  /** Account ids; `*` is anybody. */
  readonly accounts: readonly TrustedAccount[];
  /** `Service:ec2.amazonaws.com` */
  readonly others: readonly string[];
  /** Principals that name no account. */
  readonly unclear: readonly string[];
  /** Allow with NotPrincipal: everybody but a few. */
  readonly inverted: boolean;
}

export interface TrustedAccount {
  readonly account: string;
  /** As written: an account id or an ARN. */
  readonly principal: string;
  /** Values of `sts:ExternalId`, of exact comparisons only; undefined where none is asked. */
  readonly externalIds: readonly string[] | undefined;
  /** It is compared by a pattern or may be absent: as good as none. */
  readonly looseExternalId: boolean;
}

const EXACT = /^(?:ForAllValues:|ForAnyValue:)?StringEquals$/i;

export function trustFacts(statements: readonly PolicyStatement[]): TrustFacts {
  const allows = statements.filter((statement) => statement.effect === 'Allow' && allowsAssume(statement));
  const named = allows.flatMap((statement) => statement.awsPrincipals.map((principal) => ({ statement, principal })));
  return {
    accounts: named.flatMap(({ statement, principal }) => {
      const account = accountOf(principal);
      return account === undefined ? [] : [{ account, principal, ...externalId(statement) }];
    }),
    others: [...new Set(allows.flatMap(({ otherPrincipals }) => otherPrincipals))],
    unclear: named.filter(({ principal }) => accountOf(principal) === undefined).map(({ principal }) => principal),
    inverted: allows.some(({ inverted }) => inverted.includes('NotPrincipal')),
  };
}

function allowsAssume({ actions, inverted }: PolicyStatement): boolean {
  return inverted.includes('NotAction') || actions.some((action) => /^(?:\*|sts:\*|sts:assume.*)$/i.test(action));
}

function accountOf(principal: string): string | undefined {
  if (principal === '*') return '*';
  if (/^\d{12}$/.test(principal)) return principal;
  return /^arn:aws[\w-]*:(?:iam|sts)::(\d{12}):/.exec(principal)?.[1];
}

function externalId(statement: PolicyStatement): Pick<TrustedAccount, 'externalIds' | 'looseExternalId'> {
  const asked = statement.conditions.filter(({ key }) => key.toLowerCase() === 'sts:externalid');
  // `ForAllValues` is also true where the value is absent.
  const exact = asked.filter(({ operator }) => EXACT.test(operator) && !/^ForAllValues/i.test(operator));
  const ids = exact.flatMap(({ values }) => values);
  return { externalIds: ids.length === 0 ? undefined : ids, looseExternalId: asked.length > 0 && exact.length === 0 };
}

/** Everybody, or another account than `home`, without a fixed external id. */
export function isOpenTrust(trusted: TrustedAccount, home: string): boolean {
  return trusted.account !== home && trusted.externalIds === undefined;
}
