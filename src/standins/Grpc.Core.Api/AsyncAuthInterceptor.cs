namespace Grpc.Core;

/// <summary>Adds metadata that prove who calls, such as an authorization header, to <paramref name="metadata"/>.</summary>
public delegate Task AsyncAuthInterceptor(AuthInterceptorContext context, Metadata metadata);
