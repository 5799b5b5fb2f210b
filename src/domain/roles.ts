/** Ordered by rank: nobody grants, changes or removes a role above their own. */
export const roles = ['agent', 'admin', 'owner'] as const;
export type Role = (typeof roles)[number];

/** The roles that an invite or a role change can give; an Owner is made by creation and transfer alone. */
export const grantableRoles = ['admin', 'agent'] as const satisfies readonly Role[];
export type GrantableRole = (typeof grantableRoles)[number];

/** True where `role` stands strictly above `other`. */
export function outranks(role: Role, other: Role): boolean {
  return roles.indexOf(role) > roles.indexOf(other);
}
