import { startProduct } from '../../../src/app.ts';
import { readConfig } from '../../../src/config.ts';
import { createLogger } from '../../../src/logger.ts';

// The web side of the product, as `npm start` runs it; says its port to whoever forked it.
const { port } = await startProduct(readConfig(process.env), { log: createLogger('warn') });
process.send?.({ port });
