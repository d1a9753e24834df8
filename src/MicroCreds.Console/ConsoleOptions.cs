using Grpc.Net.Client;

namespace MicroCreds.Console;

/// <summary>What the console needs from the process it runs in.</summary>
public sealed class ConsoleOptions
{
    /// <summary>Makes the channel to the node; called once. When null, <see cref="NodeSocketPath"/> is used.</summary>
    public Func<GrpcChannel>? Channel { get; set; }

    /// <summary>Path of the Unix socket on which the node speaks gRPC without TLS (HTTP/2 with prior knowledge).</summary>
    public string? NodeSocketPath { get; set; }

    /// <summary>
    /// Redeems the code of a one-time link: the sign-in, once, or null when the code is unknown, used or too old. Required.
    /// </summary>
    public Func<string, CancellationToken, Task<StaffSignIn?>>? RedeemCode { get; set; }

    /// <summary>Reads a token that was handed to a member of staff: the sign-in, or null when it is no token of this node or has ended. Required.</summary>
    public Func<string, StaffSignIn?>? ReadToken { get; set; }

    /// <summary>Institutions hosted on the node now, at least one; asked for each page, since more may join. Offered to an account as far as its sign-in names them. Required.</summary>
    public Func<IReadOnlyList<ConsoleInstitution>>? Institutions { get; set; }

    /// <summary>
    /// What tells this console's cookies from those of another node's on the same machine: browsers do not keep ports apart. The same at every node
    /// behind one address, and after a restart.
    /// </summary>
    public string Instance { get; set; } = "";

    /// <summary>
    /// Folder for the keys that protect cookies and forms. Null keeps the host's default, which on a read-only file system is memory:
    /// everybody then signs in again after a restart.
    /// </summary>
    public string? KeysDirectory { get; set; }
}
