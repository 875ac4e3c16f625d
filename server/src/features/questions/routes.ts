import { questionRoutes } from '@proofpix/contract/community/questions';
import type { Database } from '../../db/database.ts';
import { bind, type App } from '../../http/bind.ts';
import {
  acceptAnswer,
  answerQuestion,
  askQuestion,
  changeAnswer,
  changeQuestion,
  flagPost,
  hidePost,
  readFlagged,
  readQuestion,
  readQuestions,
  removePost,
} from './keep-questions.ts';

/** Binds the table `questions`. */
export function bindQuestionRoutes(app: App, { db }: { db: Database }): void {
  bind(app, questionRoutes.list, async ({ params: { publisher, plugin }, query, caller }) => ({
    status: 200,
    body: await readQuestions(db, caller, { publisher, pluginId: plugin }, query),
  }));
  bind(app, questionRoutes.ask, async ({ params: { publisher, plugin }, body, caller }) => ({
    status: 201,
    body: await askQuestion(db, caller, { publisher, pluginId: plugin }, body),
  }));
  bind(app, questionRoutes.flagged, async () => ({ status: 200, body: { items: await readFlagged(db) } }));
  bind(app, questionRoutes.get, async ({ params, caller }) => ({
    status: 200,
    body: await readQuestion(db, caller, params.id),
  }));
  bind(app, questionRoutes.change, async ({ params, body, caller }) => ({
    status: 200,
    body: await changeQuestion(db, caller, params.id, body),
  }));
  bind(app, questionRoutes.remove, async ({ params, caller }) => {
    await removePost(db, caller, { id: params.id, answer: null });
    return { status: 204 };
  });
  bind(app, questionRoutes.answer, async ({ params, body, caller }) => ({
    status: 201,
    body: await answerQuestion(db, caller, params.id, body.text),
  }));
  bind(app, questionRoutes.changeAnswer, async ({ params: { id, answer }, body, caller }) => ({
    status: 200,
    body: await changeAnswer(db, caller, { id, answer, text: body.text }),
  }));
  bind(app, questionRoutes.removeAnswer, async ({ params, caller }) => {
    await removePost(db, caller, params);
    return { status: 204 };
  });
  bind(app, questionRoutes.accept, async ({ params, body, caller }) => ({
    status: 200,
    body: await acceptAnswer(db, caller, { id: params.id, answer: body.answer }),
  }));
  bind(app, questionRoutes.flag, async ({ params, body, caller }) => {
    await flagPost(db, caller, { id: params.id, answer: body.answer });
    return { status: 204 };
  });
  bind(app, questionRoutes.hide, async ({ params, body, caller }) => {
    await hidePost(db, caller, { id: params.id, answer: body.answer }, body.reason);
    return { status: 204 };
  });
}
