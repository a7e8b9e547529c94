import { Socket } from "node:net";

/**
 * A socket on which bytes that the driver's parser rejects are an error of the connection. The parser throws inside of
 * the data event, where nobody could catch it. With TLS it is not needed: there, no byte can change on the way.
 */
export class GuardedSocket extends Socket {
  override emit(event: string | symbol, ...args: unknown[]): boolean {
    if (event !== "data") return super.emit(event, ...args);
    try {
      return super.emit(event, ...args);
    } catch (fault) {
      this.destroy(fault instanceof Error ? fault : new Error(String(fault)));
      return true;
    }
  }
}
