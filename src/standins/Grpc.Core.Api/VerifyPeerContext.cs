namespace Grpc.Core;

/// <summary>What a <see cref="VerifyPeerCallback"/> is asked about. Made by transports that support it.</summary>
public class VerifyPeerContext
{
    internal VerifyPeerContext(string targetName, string peerPem)
    {
        TargetName = targetName;
        PeerPem = peerPem;
    }

    /// <summary>Name the server was called by.</summary>
    public string TargetName { get; }

    /// <summary>Certificate of the server in PEM.</summary>
    public string PeerPem { get; }
}
