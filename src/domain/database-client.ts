/**
 * What a console into live data is called, so that one rule holds for it however it is reached: as a command, as the console of
 * a resource, or through a port that leads to it. The first name is the one that is told; the others mean the same.
 */
const CLIENTS: Readonly<Record<string, readonly string[]>> = {
  postgres: ['psql'],
  postgis: ['psql'],
  mysql: ['mysql', 'mariadb'],
  mariadb: ['mariadb', 'mysql'],
  redis: ['redis-cli'],
  memcached: ['telnet'],
  mongodb: ['mongosh', 'mongo'],
};

const TYPE_OF_PORT: Readonly<Record<number, string>> = {
  3306: 'mysql',
  5432: 'postgres',
  6379: 'redis',
  11211: 'memcached',
  27017: 'mongodb',
};

/** Names of the client for a resource of this type (convox-api.md 2.5), `rds-postgres` and `elasticache-redis` too. */
export function clientsOfType(type: string): readonly string[] {
  const bare = type.replace(/^(?:rds|elasticache)-/, '');
  return Object.hasOwn(CLIENTS, bare) ? (CLIENTS[bare] ?? []) : [];
}

/** Of what usually listens there. */
export function clientsOfPort(port: number): readonly string[] {
  return clientsOfType(TYPE_OF_PORT[port] ?? '');
}
