import { z } from 'zod';
import { accountInvalid, connectedAccount, newAccountLink } from '../connect/onboarding.ts';
import { paginate } from '../http/pagination.ts';
import {
  boolean,
  email,
  expand,
  mergedMetadata,
  metadata,
  oneOf,
  pagination,
  text,
  unsimulated,
  url,
} from '../http/parameters.ts';
import { pathId, type Route, route } from '../http/route.ts';
import { randomText } from '../identifiers.ts';
import { newConnectedAccount } from '../records/connected-account.ts';
import { invalidRequest } from '../refusal.ts';

const requested = z.strictObject({ requested: boolean() }).optional();

export const accountRoutes: Route[] = [
  route(
    'POST',
    '/v1/accounts',
    {
      business_profile: z.strictObject({ name: text().optional(), url: url().optional() }).optional(),
      capabilities: z.strictObject({ card_payments: requested, transfers: requested }).optional(),
      controller: z
        .strictObject({
          fees: z.strictObject({ payer: oneOf('account', 'application') }).optional(),
          losses: z.strictObject({ payments: oneOf('application', 'stripe') }).optional(),
          requirement_collection: oneOf('application', 'stripe').optional(),
          stripe_dashboard: z.strictObject({ type: oneOf('express', 'full', 'none') }).optional(),
        })
        .optional(),
      country: text(2).optional(),
      email: email().optional(),
      expand: expand(),
      metadata: metadata().optional(),
      type: oneOf('custom', 'express', 'standard').optional(),
      ...unsimulated(
        'account_token',
        'business_type',
        'company',
        'default_currency',
        'external_account',
        'individual',
        'settings',
        'tos_acceptance',
      ),
    },
    ({ account, params }) => {
      if (params.type !== undefined && params.controller !== undefined) {
        throw invalidRequest('You may only specify one of these parameters: type, controller.', {
          param: 'type',
        });
      }
      const express = params.type === 'express' || params.controller?.stripe_dashboard?.type === 'express';
      if (!express)
        throw invalidRequest('The Stripe sandbox makes Express accounts alone.', { param: 'controller' });
      if (
        params.controller &&
        (params.controller.losses?.payments !== 'application' ||
          params.controller.fees?.payer !== 'application')
      ) {
        throw invalidRequest(
          'When `controller[stripe_dashboard][type]=express`, the platform must be responsible for losses and pay the fees.',
          { param: 'controller' },
        );
      }
      const capabilities = Object.entries(params.capabilities ?? {}).flatMap(([name, asked]) =>
        asked?.requested ? [name] : [],
      );
      if (capabilities.includes('transfers') && !capabilities.includes('card_payments')) {
        throw invalidRequest(
          'Your platform needs approval for accounts to have requested the `transfers` capability without the ' +
            '`card_payments` capability. If you would like to request transfers without card_payments, please contact us ' +
            'via https://support.stripe.com/contact.',
        );
      }
      return account.connectedAccounts.insert(
        newConnectedAccount(
          {
            capabilities,
            country: params.country ?? 'GB',
            email: params.email ?? null,
            metadata: mergedMetadata({}, params.metadata),
          },
          account.now(),
        ),
      );
    },
  ),
  route('GET', '/v1/accounts/:account', { expand: expand() }, ({ account, path }) =>
    connectedAccount(account, pathId(path, 'account')),
  ),
  route('GET', '/v1/accounts', { ...pagination, ...unsimulated('created') }, ({ account, params }) =>
    paginate(account.connectedAccounts, () => true, params, '/v1/accounts'),
  ),
  route('DELETE', '/v1/accounts/:account', {}, ({ account, path }) => {
    const { id } = connectedAccount(account, pathId(path, 'account'));
    account.connectedAccounts.delete(id);
    return { id, object: 'account', deleted: true };
  }),
  route('POST', '/v1/accounts/:account/login_links', {}, ({ account, path }) => {
    const { id, details_submitted: done } = connectedAccount(account, pathId(path, 'account'));
    if (!done) {
      throw invalidRequest('Cannot create a login link for an account that has not completed onboarding.');
    }
    return {
      object: 'login_link',
      created: account.now(),
      url: `${account.baseUrl}/express/${id}/${randomText(12)}`,
    };
  }),
  route(
    'POST',
    '/v1/account_links',
    {
      account: text(),
      expand: expand(),
      refresh_url: url(),
      return_url: url(),
      type: oneOf('account_onboarding', 'account_update'),
      ...unsimulated('collect', 'collection_options'),
    },
    ({ account, params }) => {
      if (!account.connectedAccounts.get(params.account)) throw accountInvalid(params.account);
      if (params.type === 'account_update') {
        throw invalidRequest(
          'You cannot create `account_update` type Account Links for this account. You may only create `account_update` ' +
            'Account Links for accounts where your platform is responsible for collecting requirements.',
        );
      }
      const {
        id: _,
        visited: __,
        account: ___,
        refresh_url: ____,
        return_url: _____,
        ...link
      } = newAccountLink(account, params);
      return { object: 'account_link', ...link };
    },
  ),
];
