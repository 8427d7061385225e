import { kubeRoutes } from '../kubernetes/kube-routes.ts';
import { appRoutes } from './app-routes.ts';
import { budgetRoutes } from './budget-routes.ts';
import { buildRoutes } from './build-routes.ts';
import { certificateRoutes } from './certificate-routes.ts';
import { execSockets } from './exec-sockets.ts';
import { logSockets } from './log-sockets.ts';
import { objectRoutes } from './object-routes.ts';
import { passthroughRoutes } from './passthrough-routes.ts';
import { processRoutes } from './process-routes.ts';
import { proxySockets } from './proxy-sockets.ts';
import { releaseRoutes } from './release-routes.ts';
import { resourceRoutes } from './resource-routes.ts';
import { Router } from './router.ts';
import { serviceRoutes } from './service-routes.ts';
import { systemRoutes } from './system-routes.ts';

/** The whole route table of convox-api.md section 3. */
export const rackRouter = new Router(
  [
    ...systemRoutes,
    ...appRoutes,
    ...processRoutes,
    ...serviceRoutes,
    ...buildRoutes,
    ...releaseRoutes,
    ...objectRoutes,
    ...resourceRoutes,
    ...certificateRoutes,
    ...budgetRoutes,
    ...passthroughRoutes,
    ...kubeRoutes,
  ],
  [...logSockets, ...execSockets, ...proxySockets],
);
