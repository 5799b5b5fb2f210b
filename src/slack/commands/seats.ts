import { readSeats } from '../../domain/seats/read-seats.ts';
import { seatsBlocks, seatsText } from '../blocks/seats.ts';
import { openSeatsModal } from '../views/seats-modal.ts';
import type { Subcommands } from './route.ts';

export const seatsCommands: Subcommands = {
  seats: {
    summary: 'Shows the seats and what they cost; the Owner changes their number there.',
    offeredTo: ({ kind }) => kind === 'member',
    handle: async (interaction) => {
      const seats = await readSeats(interaction.context, interaction.actor);
      if (!seats.mayChange) return interaction.ack({ text: seatsText(seats), blocks: seatsBlocks(seats) });
      await interaction.ack();
      await openSeatsModal(interaction, seats);
    },
  },
};
