/**
 * The actions of an operation's messages. Source: WS-Addressing 1.0 Metadata, section 4.4: what the WSDL says, else the SOAP action,
 * else a pattern over the names of port type and message.
 */
export interface ActionNames {
  /** The target namespace of the port type. */
  readonly namespace: string;
  readonly portType: string;
  readonly operation: string;
  readonly soapAction: string;
  readonly input: MessageNames;
  /** Absent when the operation is one-way. */
  readonly output: MessageNames | undefined;
}

export interface MessageNames {
  readonly name: string | undefined;
  /** wsaw:Action or wsam:Action. */
  readonly action: string | undefined;
}

export interface Actions {
  readonly input: string;
  readonly output: string | undefined;
}

export function actionsOf({ namespace, portType, operation, soapAction, input, output }: ActionNames): Actions {
  const by = (name: string) => {
    const delimiter = namespace.startsWith('urn:') ? ':' : '/';
    return `${namespace}${namespace.endsWith(delimiter) ? '' : delimiter}${portType}${delimiter}${name}`;
  };
  const request = by(input.name ?? (output ? `${operation}Request` : operation));
  return {
    input: input.action ?? (soapAction === '' ? request : soapAction),
    output: output && (output.action ?? by(output.name ?? `${operation}Response`)),
  };
}
