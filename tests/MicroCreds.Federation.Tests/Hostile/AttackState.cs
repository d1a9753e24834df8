namespace MicroCreds.Federation.Tests.Hostile;

/// <summary>How an attack stands.</summary>
/// <param name="Name">Name of the attack.</param>
/// <param name="Sending">Whether something is still being sent.</param>
/// <param name="Open">Connections that the node has not ended.</param>
/// <param name="LongestSeconds">Longest time that a connection lived which the node ended.</param>
/// <param name="Times">How often the attack was made.</param>
/// <param name="Saw">What came back, with how often.</param>
internal sealed record AttackState(string Name, bool Sending, int Open, double LongestSeconds, int Times, string Saw);
