namespace Grpc.Core;

/// <summary>Decides whether the certificate of a server is accepted. May be called from several threads at once.</summary>
public delegate bool VerifyPeerCallback(VerifyPeerContext context);
