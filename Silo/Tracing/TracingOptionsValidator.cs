using Microsoft.Extensions.Options;

namespace Loupe.Silo.Tracing;

internal sealed class TracingOptionsValidator : IValidateOptions<TracingOptions>
{
    public ValidateOptionsResult Validate(string? name, TracingOptions options) => options switch
    {
        { Endpoint.IsAbsoluteUri: false } =>
            ValidateOptionsResult.Fail("Tracing:Endpoint must be an absolute address, such as http://127.0.0.1:4317."),
        { Protocol: not ("grpc" or "http") } => ValidateOptionsResult.Fail("Tracing:Protocol must be grpc or http."),
        { Ratio: not (>= 0 and <= 1) } => ValidateOptionsResult.Fail("Tracing:Ratio must be 0 to 1."),
        _ => ValidateOptionsResult.Success,
    };
}
