using MicroCreds.Console.Node;
using MicroCreds.Federation.V1;

namespace MicroCreds.Console.Partners;

/// <summary>How a test of the way to a partner went.</summary>
/// <param name="Partner">Partner, SCHAC.</param>
/// <param name="Answer">What the partner said back; null when it did not.</param>
/// <param name="Problem">Why not; null when it did.</param>
public sealed record PartnerTest(string Partner, EchoResponse? Answer, NodeProblem? Problem);
