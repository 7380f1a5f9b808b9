import { useEffect, useRef } from "react";
import { useExplorer } from "../state";
import { SignIn } from "./SignIn";

/** The sign-in form as a dialog, for another shop or after a token became invalid. */
export function SignInDialog() {
  const signingIn = useExplorer((state) => state.signingIn);
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    if (signingIn) dialog.current?.showModal();
    else dialog.current?.close();
  }, [signingIn]);
  const close = () => useExplorer.setState({ signingIn: null });
  return (
    <dialog ref={dialog} className="dialog" aria-label="Sign in" onClose={close}>
      {signingIn && <SignIn message={signingIn.message} onCancel={close} />}
    </dialog>
  );
}
