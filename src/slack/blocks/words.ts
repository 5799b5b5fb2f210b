import type { Role } from '../../domain/roles.ts';

export { count, formatNumber } from '../../domain/count.ts';

/** The roles as people read them. */
export const roleNames: Record<Role, string> = { owner: 'Owner', admin: 'Admin', agent: 'Agent' };
