/** The narrow entry to undici: `import 'undici'` also loads fetch, WebSocket, mocks and caches (start-up budget P3). */
declare module 'undici/lib/dispatcher/pool.js' {
  import type { Pool } from 'undici';

  const pool: typeof Pool;
  // biome-ignore lint/style/noDefaultExport: the module is CommonJS, its export is the default import
  export default pool;
}
