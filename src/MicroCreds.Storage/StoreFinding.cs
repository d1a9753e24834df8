namespace MicroCreds.Storage;

/// <summary>Something wrong that a check of a store found.</summary>
/// <param name="Subject">What it is about: <c>file</c>, <c>case 3f…</c>, <c>stream to uni-b.example</c>. No personal data.</param>
/// <param name="Text">What is wrong, in one English sentence.</param>
public sealed record StoreFinding(string Subject, string Text);
