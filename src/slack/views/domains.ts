import { addDomain } from '../../domain/domains/add-domain.ts';
import { listDomains } from '../../domain/domains/list-domains.ts';
import { readPlace } from '../actions/domains.ts';
import { domainAddedText, domainsModal, pageOf } from '../blocks/domains.ts';
import type { Listener, ViewInteraction } from '../listener.ts';
import { readText } from './inputs.ts';

export const domainsViews: Record<string, Listener<ViewInteraction>> = {
  'domains.add': {
    once: true,
    handle: async ({ context, actor, questions, view, state, ack }) => {
      const website = readText(state, 'website');
      const { id, host } = await addDomain(context, actor, { website }, questions.websites);
      const domains = await listDomains(context, actor);
      const place = { page: pageOf(domains, id), added: readPlace(view.metadata).added + 1 };
      await ack({ update: domainsModal(domains, actor, { ...place, done: domainAddedText(host) }) });
    },
  },
};
