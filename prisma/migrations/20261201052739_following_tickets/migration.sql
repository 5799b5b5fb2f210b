-- AlterEnum
ALTER TYPE "thread_post_kind" ADD VALUE 'following';
