import type { Hono } from 'hono';
import type { Logger } from '../logger.ts';
import { assemblePages, type Pages } from './assemble.ts';
import { type CheckoutReturnParts, checkoutReturnRoutes } from './checkout-return.ts';
import { conversationPageRoutes } from './conversation/routes.ts';
import { conversationStylesheetRoutes } from './conversation/stylesheet.ts';
import { type HealthParts, healthRoutes } from './health.ts';
import { type InboundMailParts, inboundMailRoutes } from './inbound-mail.ts';
import { type InvitationParts, invitationRoutes } from './invitations/routes.ts';
import { type LogoParts, logoRoutes } from './logos.ts';
import { type OnboardingReturnParts, onboardingReturnRoutes } from './onboarding-return.ts';
import { type PluginParts, pluginRoutes } from './plugin/routes.ts';
import { scriptRoutes } from './plugin/script.ts';
import { portalReturnRoutes } from './portal-return.ts';
import { type StripeWebhookParts, stripeWebhookRoutes } from './stripe-webhook.ts';
import { stylesheetRoutes } from './stylesheet.ts';

/** What the routes need; each feature's file says its share. */
export type RouteParts = HealthParts &
  StripeWebhookParts &
  CheckoutReturnParts &
  OnboardingReturnParts &
  InboundMailParts &
  InvitationParts &
  LogoParts & { plugin: PluginParts };

/** Every route beside Slack's own. */
const routes: ((parts: RouteParts) => Hono)[] = [
  healthRoutes,
  stylesheetRoutes,
  stripeWebhookRoutes,
  inboundMailRoutes,
  checkoutReturnRoutes,
  portalReturnRoutes,
  onboardingReturnRoutes,
  logoRoutes,
  invitationRoutes,
  scriptRoutes,
  pluginRoutes,
  conversationPageRoutes,
  conversationStylesheetRoutes,
];

/** The pages and webhooks of the product. */
export function createPages({ log, ...parts }: RouteParts & { log: Logger }): Pages {
  const made = routes.map((route) => route({ log, ...parts }));
  return assemblePages(made, log);
}
